import EventLoop
import Glibc
import Testing

@Suite struct ChildProcessTests {
    @Test(arguments: [
        ("exit 0", ExitStatus.exited(0)), ("exit 7", .exited(7)), ("kill -TERM $$", .signaled(15)),
        ("kill -KILL $$", .signaled(9)),
    ])
    func theExitStatusIsReported(script: String, status: ExitStatus) throws {
        #expect(try Shell.run(script).status == status)
    }

    @Test func outputComesThroughAPipe() throws {
        let shell = try Shell.run("echo out; pwd; echo $GREETING; cat") { request in
            request.folder = "/usr"
            request.environment.append("GREETING=hello world")
        }
        #expect(shell.output.text == "out\n/usr\nhello world\n")
    }

    @Test func manyChildrenAtOnceAreAllReaped() throws {
        let loop = try Loop()
        let children = try ChildReaper(on: loop)
        var statuses: Set<ExitStatus> = []
        for number in 0..<20 {
            _ = try ChildProcess.spawn(Shell.request("exit \(number)", output: 2), on: children) { status in
                statuses.insert(status)
            }
        }
        #expect(children.count == 20)
        // Children keep the loop running; the reaper alone does not.
        loop.run()
        #expect(statuses == Set((0..<20).map { .exited($0) }))
        #expect(children.count == 0)
        children.close()
        loop.run()
        #expect(loop.openHandles == 0)
    }

    @Test func aChildHasItsDescriptorsOnly() throws {
        // Pipes that close on exec, and one that would not.
        let leaks = try (0..<10).map { _ in try Descriptors.pipe() }
        let leaking = dup(leaks[0].writeEnd)
        defer {
            for leak in leaks { Descriptors.close(leak.readEnd, leak.writeEnd) }
            Descriptors.close(leaking)
        }
        // The shell's glob opens one more, on the folder itself.
        let shell = try Shell.run("cd /proc/self/fd && echo *")
        #expect(shell.output.text == "0 1 2 3\n")
    }

    @Test func descriptorsMayCrossEachOther() throws {
        let (first, second) = (try Descriptors.pipe(), try Descriptors.pipe())
        let loop = try Loop()
        let children = try ChildReaper(on: loop)
        var request = Shell.request("echo one >&3; echo two >&4; echo three >&5", output: 2)
        request.descriptors += [second.writeEnd, first.writeEnd, second.writeEnd]
        _ = try ChildProcess.spawn(request, on: children) { _ in children.close() }
        Descriptors.close(first.writeEnd, second.writeEnd)
        loop.run()
        #expect(try Descriptors.read(first.readEnd).text == "two\n")
        #expect(try Descriptors.read(second.readEnd).text == "one\nthree\n")
        Descriptors.close(first.readEnd, second.readEnd)
    }

    @Test func signalsAreAsAProgramExpectsThem() throws {
        // Every process with a loop ignores SIGPIPE; this thread blocks SIGTERM, and takes SIGUSR1.
        let loop = try Loop()
        let user1 = try SignalHandle(on: loop, signal: .user1) {}
        var blocked = sigset_t()
        var before = sigset_t()
        sigaddset(&blocked, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &blocked, &before)
        let shell = try Shell.run("sed -n 's/^Sig\\(Blk\\|Ign\\|Cgt\\):.//p' /proc/self/status")
        pthread_sigmask(SIG_SETMASK, &before, nil)
        user1.close()
        loop.run()

        let masks = shell.output.text.split(separator: "\n").map { UInt64($0, radix: 16) }
        // Blocked, ignored, caught: of what the test's own parent made it ignore, all but SIGPIPE stays ignored.
        try #require(masks.count == 3)
        #expect(masks[0] == 0 && masks[2] == 0)
        #expect(try #require(masks[1]) & (1 << UInt64(SIGPIPE - 1)) == 0)
        #expect(try Shell.run("kill -PIPE $$").status == .signaled(13))
    }

    @Test func theParentsHandlersSurviveASpawn() throws {
        let loop = try Loop()
        var taken = 0
        var handle: SignalHandle?
        handle = try SignalHandle(on: loop, signal: .user2) {
            taken += 1
            handle?.close()
        }
        _ = try Shell.run("exit 0")
        #expect(kill(getpid(), SIGUSR2) == 0)
        loop.run()
        #expect(taken == 1)
    }

    @Test func aNewSessionHasANewGroup() throws {
        let script = "cut -d ' ' -f 1,5,6 /proc/$$/stat"
        let own = try Shell.run(script) { $0.newSession = true }.output.text.split(whereSeparator: \.isWhitespace)
        #expect(Set(own).count == 1 && own.count == 3)
        let shared = try Shell.run(script).output.text.split(whereSeparator: \.isWhitespace)
        #expect(Set(shared).count > 1)
    }

    @Test func aChildIsKnownByItsStartTime() throws {
        var seen = false
        let shell = try Shell.run("echo ready; kill -STOP $$; exit 1") { _ in
        } onOutput: { child, _ in
            seen = true
            #expect(child.startTime > 0)
            #expect(Processes.startTime(of: child.pid) == child.startTime)
            #expect(!Processes.send(.kill, to: child.pid, startedAt: child.startTime + 1))
            #expect(Processes.send(.kill, to: child.pid, startedAt: child.startTime))
        }
        #expect(seen)
        #expect(shell.status == .signaled(9))
    }

    @Test func killingATreeTakesTheSessionsBelowIt() throws {
        // The output ends only when all who hold it are gone.
        let shell = try Shell.run("setsid sleep 1000 & (sleep 1000 & sleep 1000) & echo ready; wait") { _ in
        } onOutput: { child, _ in
            Processes.killTree(child.pid)
        }
        #expect(shell.status == .signaled(9))
        #expect(shell.output.text == "ready\n")
    }

    @Test func aClosedReaperForgetsItsChildren() throws {
        let loop = try Loop()
        let children = try ChildReaper(on: loop)
        var ends = 0
        let child = try ChildProcess.spawn(Shell.request("exec sleep 1000", output: 2), on: children) { _ in ends += 1 }
        children.close()
        loop.run()
        #expect(child.signal(.kill))
        #expect(waitpid(child.pid, nil, 0) == child.pid)
        #expect(ends == 0)
    }
}
