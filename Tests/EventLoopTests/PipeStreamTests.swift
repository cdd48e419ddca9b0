import EventLoop
import Testing

@Suite struct PipeStreamTests {
    @Test func aSocketPairWorksBothWays() throws {
        let loop = try Loop()
        let (first, second) = try Descriptors.socketPair()
        let ends = [try PipeStream(on: loop, descriptor: first), try PipeStream(on: loop, descriptor: second)]
        var received: [[UInt8]] = [[], []]
        for (index, end) in ends.enumerated() {
            try end.read(
                onBytes: { received[index].append($0) },
                onEnd: { error in
                    #expect(error == nil)
                    end.close()
                }
            )
            try end.write([UInt8(index)])
            try end.shutdown()
        }
        loop.run()
        #expect(received == [[1], [0]])
        #expect(loop.openHandles == 0)
    }

    /// On a thread of its own, which waits for nothing else.
    @Test func aHangUpIsSeenBehindWhatIsUnread() throws {
        let (first, second) = try Descriptors.socketPair()
        let thread = try LoopThread.start(name: "watch") { Descriptors.waitForHangUp(first) }
        try Descriptors.write([1, 2].span, to: second)
        Descriptors.close(second)
        thread.join()
        #expect(try Descriptors.read(first) == [1, 2])
        Descriptors.close(first)
    }

    @Test func shuttingAPipeDownClosesIt() throws {
        let loop = try Loop()
        let pipe = try Descriptors.pipe()
        Descriptors.enlargePipe(pipe.writeEnd)
        let writer = try PipeStream(on: loop, descriptor: pipe.writeEnd)
        let reader = try PipeStream(on: loop, descriptor: pipe.readEnd)
        let sent = [UInt8](repeating: 7, count: 1_000_000)
        var received: [UInt8] = []
        var shutdowns: [LoopError?] = []
        try writer.write(sent)
        try writer.shutdown { shutdowns.append($0) }
        try reader.read(onBytes: { received.append($0) }, onEnd: { _ in reader.close() })
        loop.run()
        #expect(received == sent)
        #expect(shutdowns == [nil])
        #expect(loop.openHandles == 0)
    }

    @Test func aPausedReaderHoldsTheWriterBack() throws {
        let loop = try Loop()
        let (first, second) = try Descriptors.socketPair()
        let writer = try PipeStream(on: loop, descriptor: first)
        let reader = try PipeStream(on: loop, descriptor: second)
        let sent = [UInt8](repeating: 1, count: 8 << 20)
        var received = 0
        var isWritten = false
        try reader.read(
            onBytes: { bytes in
                received += bytes.count
                // The first bytes pause; from then on only the timer below lets them flow.
                if received == bytes.count { reader.pauseReading() }
            },
            onEnd: { _ in reader.close() }
        )
        try writer.write(sent) { _ in
            isWritten = true
            writer.close()
        }
        // The pause has come to rest when turns pass in which nothing is read.
        var before = -1
        var timer: LoopTimer?
        timer = try LoopTimer(on: loop) {
            guard received == before else {
                before = received
                timer?.set(milliseconds: 1)
                return
            }
            #expect(received > 0 && received < sent.count && !isWritten)
            #expect(writer.queuedByteCount > 0)
            reader.resumeReading()
            timer?.close()
        }
        timer?.set(milliseconds: 1)
        loop.run()
        #expect(received == sent.count)
        #expect(isWritten)
        #expect(writer.queuedByteCount == 0)
        #expect(loop.openHandles == 0)
    }

    @Test func writingToNobodyIsABrokenPipe() throws {
        let loop = try Loop()
        let pipe = try Descriptors.pipe()
        Descriptors.close(pipe.readEnd)
        let writer = try PipeStream(on: loop, descriptor: pipe.writeEnd)
        var failure: LoopError?
        try writer.write([1]) { error in
            failure = error
            writer.close()
        }
        loop.run()
        #expect(failure == .brokenPipe)
    }

    @Test func whatIsNoPipeIsRefused() throws {
        let loop = try Loop()
        #expect(throws: LoopError.self) { try PipeStream(on: loop, descriptor: 999_999) }
        loop.run()
        #expect(loop.openHandles == 0)
    }

    @Test func descriptorsReadAndWriteWithoutALoop() throws {
        let pipe = try Descriptors.pipe()
        let bytes: [UInt8] = [1, 2, 3]
        try Descriptors.write(bytes.span, to: pipe.writeEnd)
        #expect(try Descriptors.read(pipe.readEnd, limit: 2) == [1, 2])
        #expect(try Descriptors.read(pipe.readEnd) == [3])
        Descriptors.close(pipe.writeEnd)
        #expect(try Descriptors.read(pipe.readEnd) == [])
        Descriptors.close(pipe.readEnd)
    }
}
