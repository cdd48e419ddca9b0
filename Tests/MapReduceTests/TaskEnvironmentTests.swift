import Testing

@testable import MapReduce

@Suite struct TaskEnvironmentTests {
    @Test(arguments: [
        ("mapreduce.job.reduces", "mapreduce_job_reduces"), ("A-b:c/9", "A_b_c_9"), ("ü", "_"), ("😀", "__"),
        ("a_b", "a_b"), ("", ""),
    ])
    func aPropertyIsAVariable(property: String, variable: String) {
        #expect(TaskEnvironment.variableName(property) == variable)
    }

    @Test func variablesAreSortedAndTheLastOfANameCounts() {
        let variables = TaskEnvironment.variables(
            properties: [(name: "b.c", value: "1"), (name: "a", value: "x=y"), (name: "b.c", value: "2")],
            commandLine: ["LANG=C", "a=cmdenv"])
        #expect(variables == ["LANG=C", "a=cmdenv", "b_c=2"])
    }

    @Test func aLongValueIsNotCut() {
        let long = String(repeating: "v", count: 200_000)
        #expect(TaskEnvironment.variables(properties: [(name: "a", value: long)], commandLine: []) == ["a=\(long)"])
    }

    @Test func anAttemptInheritsLittleAndTheJobComesLast() {
        let variables = TaskEnvironment.complete(
            node: ["PATH=/bin", "SECRET=1", "HOME=/root", "PATHS=2", "LANG=en"],
            job: ["LANG=C", "mapreduce_job_name=n"],
            attempt: [(name: "mapreduce.task.attempt.id", value: "attempt_1")], temporaryFolder: "/attempt/tmp")
        #expect(
            variables == [
                "HOME=/root", "LANG=C", "PATH=/bin", "TMPDIR=/attempt/tmp", "mapreduce_job_name=n",
                "mapreduce_task_attempt_id=attempt_1",
            ])
    }
}
