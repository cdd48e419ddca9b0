import ClusterModel
import EventLoop
import FileSystems
import Foundation
import Testing

@testable import Worker

@Suite struct ArchiveUnpackingTests {
    private let job = JobID(1)

    @Test func archivesAppearWholeAndLeaveNothingElse() throws {
        try withFolder { folder in
            for index in [0, 2] { try write(folder, index, [UInt8](repeating: 0, count: 1024)) }
            try unpack(folder, [(0, "a"), (2, "b")])
            #expect(try LocalFileSystem.list(folder.files(of: job)) == ["a", "b"])
            #expect(try LocalFileSystem.list(folder.job(job)) == ["files", "unpacking-1"])
        }
    }

    @Test func whatIsWrongIsNotedBesideTheFiles() throws {
        try withFolder { folder in
            try write(folder, 0, [UInt8](repeating: 0, count: 1024))
            try write(folder, 1, Array("no archive".utf8))
            try unpack(folder, [(0, "good"), (1, "bad")])
            #expect(try LocalFileSystem.list(folder.files(of: job)) == ["good"])
            let note = try FileReader.readAll(
                ArchiveUnpacking.problem(besides: folder.files(of: job)), limit: 1000)
            #expect(String(decoding: note, as: UTF8.self) == "bad cannot be unpacked: it ends too early")
        }
    }

    /// The same job may have been told anew meanwhile, to a new incarnation.
    @Test func anUnpackingWhoseJobIsForgottenMakesAndNotesNothing() throws {
        try withFolder { folder in
            try write(folder, 0, [UInt8](repeating: 0, count: 1024))
            let unpacking = unpacking(folder, [(0, "a")])
            try LocalFileSystem.makeFolder(unpacking.draft)
            try LocalFileSystem.rename(folder.job(job), to: "\(folder.path)/aside")
            try LocalFileSystem.makeFolder(folder.files(of: job))
            try write(folder, 0, [UInt8](repeating: 0, count: 1024))
            unpacking.run()
            #expect(try LocalFileSystem.list(folder.job(job)) == ["archive-0", "files"])
            #expect(try LocalFileSystem.list(folder.files(of: job)) == [])
        }
    }

    private func unpack(_ folder: WorkerFolder, _ archives: [(index: Int, name: String)]) throws {
        try unpacking(folder, archives).start().join()
    }

    private func unpacking(_ folder: WorkerFolder, _ archives: [(index: Int, name: String)]) -> ArchiveUnpacking {
        ArchiveUnpacking(job: job, folder: folder, archives: archives, draft: folder.unpacking(1, of: job))
    }

    private func write(_ folder: WorkerFolder, _ index: Int, _ bytes: [UInt8]) throws {
        let writer = try FileWriter(folder.archive(index, of: job))
        try writer.write(bytes.span)
        try writer.close()
    }

    private func withFolder(_ body: (WorkerFolder) throws -> Void) throws {
        let folder = WorkerFolder(
            path: FileManager.default.temporaryDirectory.path + "/martlet-unpacking-\(UUID().uuidString)")
        try LocalFileSystem.makeFolder(folder.files(of: job))
        defer { try? LocalFileSystem.remove(folder.path) }
        try body(folder)
    }
}
