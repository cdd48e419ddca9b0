internal import ClusterModel
internal import Coordinator
internal import MartletClient
internal import Wire

/// Where a job's story is read.
struct StorySource {
    let story: JobStory
    let job: JobReport
    let counters: Counters

    /// From a journal, which a coordinator may go on writing.
    ///
    /// - Parameter folder: Where it is.
    init(_ id: JobID, folder: String) throws {
        self = try KeptHistory.reading(folder) { kept in
            let history = try History(folder: folder)
            for warning in history.warnings { Output.error("martlet: \(warning)") }
            // What is written meanwhile is not in the report.
            return StorySource(
                try Self.read(kept, id, upTo: history.sequence), try history.job(id), try history.counters(of: id))
        }
    }

    /// From a coordinator, as far as it still keeps the changes for those who follow them.
    init(_ id: JobID, _ client: MartletClient) throws {
        let (job, counters) = (try client.job(id), try client.counters(of: id))
        var story = JobStory(of: id)
        do throws(ClientError) {
            let last = try client.status().changes
            // Of all jobs: with one, changes would be left out, and the last might be among them.
            try client.subscribe(from: 1)
            if last > 0 {
                try client.follow { recorded in
                    story.follow(recorded)
                    return recorded.sequence < last
                }
            }
        } catch .refused(let reason) {
            throw UserError(
                "the coordinator no longer keeps what the job's report needs (\(reason)): read its journal on its host "
                    + "with --history DIR")
        }
        self.init(story, job, counters)
    }

    private init(_ story: JobStory, _ job: JobReport, _ counters: Counters) {
        (self.story, self.job, self.counters) = (story, job, counters)
    }

    private static func read(_ kept: KeptHistory, _ id: JobID, upTo last: Int) throws -> JobStory {
        let beginning = History(try kept.beginning)
        var story = JobStory(of: id, ChangeText(after: beginning))
        if let job = try? beginning.job(id) {
            story.begin(job, try beginning.tasks(of: id), beginning.nodes, at: beginning.instant)
        }
        var reader = kept.reader(after: kept.first - 1)
        var isOver = false
        reader.isCancelled = { isOver }
        try reader.readNumbered { recorded in
            guard recorded.sequence <= last, !isOver else { return }
            story.follow(recorded)
            isOver = story.isEnded
        }
        return story
    }
}
