import Foundation
import Testing

extension TestCluster {
    /// What changes in the cluster, line by line, from now on.
    final class Watch {
        private let process: Process
        private let pipe: Pipe
        private var pending: [String] = []
        private var rest = ""
        /// Those that have been read.
        private(set) var lines: [String] = []

        fileprivate init(_ process: Process, _ pipe: Pipe) {
            self.process = process
            self.pipe = pipe
        }

        /// The next line; nil at the end.
        func next() -> String? {
            while pending.isEmpty {
                let bytes = pipe.fileHandleForReading.availableData
                if bytes.isEmpty { return nil }
                rest += String(decoding: bytes, as: UTF8.self)
                var lines = rest.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
                rest = lines.removeLast()
                pending = lines
            }
            lines.append(pending[0])
            return pending.removeFirst()
        }

        /// The next line; nil when none comes for so many seconds.
        func next(within seconds: Int) -> String? {
            if pending.isEmpty {
                var descriptor = pollfd(
                    fd: pipe.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
                guard poll(&descriptor, 1, Int32(seconds * 1000)) > 0 else { return nil }
            }
            return next()
        }

        /// Reads on to a line for which the condition holds.
        func wait(for condition: (String) -> Bool) throws {
            while let line = next() { if condition(line) { return } }
            Issue.record("the changes ended before what was awaited")
        }

        /// The status with which it ended by itself.
        fileprivate func status() -> Int32 {
            process.waitUntilExit()
            return process.terminationStatus
        }

        func end() {
            // Not SIGTERM: a process started from a thread of Dispatch's has it blocked.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    /// Follows the changes; it is certain to see all that come after this has returned.
    ///
    /// - Parameter options: Which cluster, if there are several.
    func watch(_ options: [String] = []) throws -> Watch {
        let pipe = Pipe()
        let watch = Watch(try startProcess(["watch"] + options, output: pipe, error: .nullDevice), pipe)
        #expect(watch.next() == "following")
        return watch
    }

    /// Gives each line of `martlet watch` to the body as it comes, until the job has ended.
    func follow(_ job: String, _ body: (String) throws -> Void) throws {
        let pipe = Pipe()
        let watch = Watch(try startProcess(["watch", job], output: pipe), pipe)
        do {
            while let line = watch.next() { try body(line) }
        } catch {
            watch.end()
            throw error
        }
        #expect(watch.status() == 0)
    }

    /// The node of a line that says where an attempt runs.
    static func node(of line: String) -> String? {
        line.firstRange(of: " runs on ").map { String(line[$0.upperBound...].prefix { $0 != "," }) }
    }
}
