import Foundation

extension TestCluster {
    /// What `tasks --json` tells, as far as tests ask.
    struct TaskReport: Decodable {
        struct Attempt: Decodable {
            let id: String
            let node: String
            let state: String
            let reason: String
            let seconds: Double
            let phases: [Phase]?
        }

        struct Phase: Decodable {
            let name: String
            let seconds: Double
        }

        let id: String
        let kind: String
        let state: String
        let progress: Double
        let status: String
        let failures: Int
        let attempts: [Attempt]
    }

    func tasks(_ job: String, _ options: [String] = []) throws -> [TaskReport] {
        struct Answer: Decodable { let tasks: [TaskReport] }
        let answer = try run(["tasks", job, "--json"] + options)
        return try JSONDecoder().decode(Answer.self, from: Data(answer.output.utf8)).tasks
    }
}
