import EventLoop
import Testing

@Suite struct LoopTests {
    @Test func aTimerFiresOnceAndNotBeforeItsTime() throws {
        let loop = try Loop()
        let start = loop.now
        var fired: [UInt64] = []
        var timer: LoopTimer?
        timer = try LoopTimer(on: loop) {
            fired.append(loop.now)
            timer?.close()
        }
        timer?.set(milliseconds: 1)
        timer?.set(milliseconds: 5)
        loop.run()

        #expect(fired.count == 1)
        #expect(fired.allSatisfy { $0 >= start + 5 })
        timer?.set(milliseconds: 0)
        loop.run()
        #expect(fired.count == 1)
    }

    @Test func aCanceledTimerStaysSilent() throws {
        let loop = try Loop()
        var order: [String] = []
        let canceled = try LoopTimer(on: loop) { order.append("canceled") }
        canceled.set(milliseconds: 1)
        let later = try LoopTimer(on: loop) { order.append("later") }
        later.set(milliseconds: 3)
        canceled.cancel()
        loop.run()
        #expect(order == ["later"])
        canceled.close()
        later.close()
        loop.run()
        #expect(loop.openHandles == 0)
    }

    @Test func aTurnEndsAfterAllThatWasReady() throws {
        let loop = try Loop()
        var log: [String] = []
        let first = try LoopTimer(on: loop) { log.append("first") }
        let second = try LoopTimer(on: loop) { log.append("second") }
        let hook = try TurnHook(on: loop) { log.append("turn") }
        first.set(milliseconds: 0)
        second.set(milliseconds: 0)
        loop.run()
        #expect(log.prefix(3) == ["first", "second", "turn"])

        // It does not keep the loop running.
        loop.run()
        for handle in [first, second, hook] { handle.close() }
        loop.run()
        #expect(loop.openHandles == 0)
    }

    @Test func aStoppedLoopGoesOnLater() throws {
        let loop = try Loop()
        var fired = 0
        let timer = try LoopTimer(on: loop) {
            fired += 1
            loop.stop()
        }
        timer.set(milliseconds: 0)
        loop.run()
        #expect(fired == 1 && loop.openHandles == 1)
        timer.set(milliseconds: 0)
        loop.run()
        #expect(fired == 2)
        timer.close()
        loop.run()
        #expect(loop.openHandles == 0)
    }

    @Test func messagesFromOtherThreadsAllArrive() throws {
        let loop = try Loop()
        var received: Set<Int> = []
        var inbox: Inbox<Int>?
        inbox = try Inbox(on: loop) { message in
            received.insert(message)
            if received.count == 4_000 { inbox?.close() }
        }
        let address = try #require(inbox).address
        let threads = try (0..<4).map { sender in
            try LoopThread.start(name: "sender \(sender)") {
                for number in 0..<1_000 { address.post(sender * 1_000 + number) }
            }
        }
        loop.run()
        for thread in threads { thread.join() }

        #expect(received == Set(0..<4_000))
        #expect(!address.post(0))
    }

    @Test func twoLoopsTalkThroughTheirInboxes() throws {
        let loop = try Loop()
        var answers: [Int] = []
        var inbox: Inbox<Int>?
        inbox = try Inbox(on: loop) { answer in
            answers.append(answer)
            inbox?.close()
        }
        let home = try #require(inbox).address
        let thread = try LoopThread.start(name: "data") {
            guard let loop = try? Loop(), let timer = try? LoopTimer(on: loop, onFire: { home.post(42) }) else {
                return
            }
            timer.set(milliseconds: 0)
            loop.run()
            timer.close()
            loop.run()
        }
        loop.run()
        thread.join()
        thread.join()
        #expect(answers == [42])
    }

    @Test func anOpenHandleIsCounted() throws {
        let loop = try Loop()
        let stream = try TCPStream(on: loop)
        #expect(loop.openHandles == 1)
        stream.close()
        #expect(loop.openHandles == 1)
        loop.run()
        #expect(loop.openHandles == 0)
    }

    @Test func aSignalIsTakenOnTheLoop() throws {
        let loop = try Loop()
        var taken = 0
        var handle: SignalHandle?
        handle = try SignalHandle(on: loop, signal: .windowChange) {
            taken += 1
            handle?.close()
        }
        let start = try #require(Processes.startTime(of: Processes.ownID))
        #expect(Processes.send(.windowChange, to: Processes.ownID, startedAt: start))
        loop.run()
        #expect(taken == 1)
        #expect(throws: LoopError.invalidArgument) { try SignalHandle(on: loop, signal: .kill) {} }
        loop.run()
        #expect(loop.openHandles == 0)
    }
}
