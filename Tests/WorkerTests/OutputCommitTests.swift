import ClusterModel
import FileSystems
import Foundation
import Testing
import Wire

@testable import Worker

/// The commit runs again after it died, wherever that was.
@Suite struct OutputCommitTests {
    private let winners = (0..<3).map {
        AttemptID(task: TaskID(job: JobID(1), kind: .reduce, index: $0), epoch: 1, number: 0)
    }

    @Test func theWinnersPartsBecomeTheOutput() throws {
        try withOutput { commit in
            try commit.run()
            try expectDone(commit)
        }
    }

    /// The folder is removed file by file, in no order, after the rename.
    @Test(arguments: ["identity", "job-1-reduce-0-1.0", "job-1-reduce-2-1.0", "."])
    func aCommitThatDiedWhileItRemovedIsDone(removed: String) throws {
        try withOutput { commit in
            try commit.rename()
            try LocalFileSystem.remove(commit.folder.temporary.appending(removed).path)
            try commit.run()
            try expectDone(commit)
        }
    }

    @Test func aNodeThatWakesUpLateMayMakeTheFolderAgain() throws {
        try withOutput { commit in
            try commit.run()
            try LocalFileSystem.makeFolder(commit.folder.temporary.appending("job-1-reduce-1-1.7").path)
            try commit.run()
            try expectDone(commit)
        }
    }

    @Test func somebodyElsesFolderIsLeftAlone() throws {
        try withOutput { commit in
            try LocalFileSystem.makeFolder(commit.folder.final.path)
            #expect(throws: FileSystemError.self) { try commit.run() }
            #expect(try LocalFileSystem.list(commit.folder.final.path) == [])
            #expect(throws: FileSystemError.self) { try commit.run() }
            #expect(try LocalFileSystem.list(commit.folder.final.path) == [])
        }
    }

    /// As of a job whose mapper is builtin:none.
    @Test func aCommitWithoutPartsMayRunAgain() throws {
        try withOutput { commit in
            let empty = OutputCommit(folder: commit.folder, winners: [])
            for _ in 0..<3 { try empty.run() }
            #expect(try LocalFileSystem.list(commit.folder.final.path) == ["_SUCCESS"])
            #expect(try !LocalFileSystem.exists(commit.folder.temporary.path))
        }
    }

    @Test func aFolderWithSomethingInItIsNoOutputWithoutParts() throws {
        try withOutput { commit in
            try LocalFileSystem.makeFolder(commit.folder.final.appending("mine").path)
            #expect(throws: FileSystemError.self) { try OutputCommit(folder: commit.folder, winners: []).run() }
            #expect(try LocalFileSystem.list(commit.folder.final.path) == ["mine"])
        }
    }

    /// The last reducer wrote nothing to it.
    @Test(arguments: 0...5) func furtherOutputsAreGatheredTooWhereverACommitDied(renames: Int) throws {
        try withOutput(names: ["a", "b7"]) { commit in
            for winner in winners.prefix(2) {
                try FileWriter("\(commit.folder.attempt(winner))/\(commit.folder.file(of: "b7", winner.task))").close()
            }
            try LocalFileSystem.makeFolder(commit.folder.gathered)
            let files = ["part-00000", "b7-r-00000", "part-00001", "b7-r-00001", "part-00002"]
            for (place, file) in files.prefix(renames).enumerated() {
                try LocalFileSystem.rename(
                    "\(commit.folder.attempt(winners[place / 2]))/\(file)", to: "\(commit.folder.gathered)/\(file)")
            }
            for _ in 0..<2 { try commit.run() }
            #expect(
                try LocalFileSystem.list(commit.folder.final.path) == [
                    "_SUCCESS", "b7-r-00000", "b7-r-00001", "part-00000", "part-00001", "part-00002",
                ])
        }
    }

    private func withOutput(names: [String] = [], _ body: (OutputCommit) throws -> Void) throws {
        let parent = FileManager.default.temporaryDirectory.path + "/martlet-commit-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: parent) }
        var program = JobProgram()
        program.job = JobID(1)
        program.folderName = ".martlet-test-job-1"
        program.program.format.namedOutputs = names
        program.output = "file://\(parent)/out"
        let folder = try OutputFolder(program)
        for (index, winner) in winners.enumerated() {
            try LocalFileSystem.makeFolder(folder.attempt(winner))
            try FileWriter("\(folder.attempt(winner))/\(folder.part(index))").close()
        }
        try body(OutputCommit(folder: folder, winners: winners))
    }

    private func expectDone(_ commit: OutputCommit) throws {
        #expect(
            try LocalFileSystem.list(commit.folder.final.path) == [
                "_SUCCESS", "part-00000", "part-00001", "part-00002",
            ])
        #expect(try !LocalFileSystem.exists(commit.folder.temporary.path))
    }
}
