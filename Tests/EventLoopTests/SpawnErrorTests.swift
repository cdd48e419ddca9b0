import EventLoop
import Testing

@Suite struct SpawnErrorTests {
    @Test func anUnknownNameIsNotFound() throws {
        let error = try spawnError { $0.executable = "no-such-program" }
        #expect(error == .notFound(executable: "no-such-program", searchPath: "/usr/bin:/bin"))
        #expect(error?.description == "no-such-program: not found in PATH (/usr/bin:/bin)")
    }

    @Test func aMissingFileSaysSo() throws {
        let error = try spawnError { $0.executable = "/no/such/program" }
        #expect(
            error?.description
                == "/no/such/program: executing the program failed: ENOENT: no such file or directory"
        )
    }

    @Test func aMissingFolderSaysSo() throws {
        let error = try spawnError { $0.folder = "/no/such/folder" }
        #expect(
            error?.description
                == "/no/such/folder: changing to the folder failed: ENOENT: no such file or directory"
        )
    }

    @Test(arguments: [[-1, 999_999], [CInt](repeating: -1, count: 65)])
    func badDescriptorsAreRefused(descriptors: [CInt]) throws {
        guard case .failed(.descriptors, subject: "true", _)? = try spawnError({ $0.descriptors = descriptors }) else {
            Issue.record("not refused")
            return
        }
    }

    @Test func aZeroByteIsRefused() throws {
        #expect(try spawnError { $0.arguments = ["a\0b"] } == .zeroByte("a\0b"))
    }

    @Test func aFolderIsNoProgram() throws {
        let error = try spawnError { request in
            request.executable = "bin"
            request.environment = ["PATH=/usr"]
        }
        #expect(error == .notFound(executable: "bin", searchPath: "/usr"))
    }

    @Test func aRelativePathIsTheChilds() throws {
        for (executable, path) in [("true", "PATH=bin"), ("./bin/true", "PATH="), ("true", "PATH=/none:bin")] {
            let error = try spawnError { request in
                request.folder = "/usr"
                request.executable = executable
                request.environment = [path]
            }
            #expect(error == nil)
        }
    }

    private func spawnError(_ change: (inout SpawnRequest) -> Void) throws -> SpawnError? {
        let loop = try Loop()
        let children = try ChildReaper(on: loop)
        defer {
            loop.run()
            children.close()
            loop.run()
        }
        var request = SpawnRequest(executable: "true", environment: ["PATH=/usr/bin:/bin"])
        change(&request)
        do throws(SpawnError) {
            _ = try ChildProcess.spawn(request, on: children) { #expect($0 == .exited(0)) }
            return nil
        } catch {
            return error
        }
    }
}
