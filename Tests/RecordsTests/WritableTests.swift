import Records
import Testing

/// Hadoop's Writables as bytes, worked out by hand from WritableUtils and the classes.
@Suite struct WritableTests {
    @Test(
        arguments: [
            (Int64(0), [0x00]), (127, [0x7f]), (-112, [0x90]), (128, [0x8f, 0x80]), (255, [0x8f, 0xff]),
            (256, [0x8e, 0x01, 0x00]), (-113, [0x87, 0x70]), (-256, [0x87, 0xff]), (-257, [0x86, 0x01, 0x00]),
            (.max, [0x88, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            (.min, [0x80, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        ] as [(Int64, [UInt8])])
    func aNumberHasTheseBytes(number: Int64, expected: [UInt8]) {
        var bytes: [UInt8] = []
        HadoopVarint.append(number, to: &bytes)
        #expect(bytes == expected)
        #expect(HadoopVarint.length(bytes[0]) == bytes.count)
        let decoded = HadoopVarint.decode(bytes.span, at: 0)
        #expect(decoded?.value == number && decoded?.end == bytes.count)
        let short = Array(bytes.dropLast())
        #expect(HadoopVarint.decode(short.span, at: 0) == nil)
    }

    @Test(
        arguments: [
            (Writable.text, "h\u{e9}", [3, 0x68, 0xc3, 0xa9], "h\u{e9}"), (.text, "", [0], ""),
            (.bytes, "hi", [0, 0, 0, 2, 0x68, 0x69], "68 69"), (.bytes, "", [0, 0, 0, 0], ""),
            (.long, "-2", [255, 255, 255, 255, 255, 255, 255, 254], "-2"), (.int, "258", [0, 0, 1, 2], "258"),
            (.null, "anything", [], "(null)"),
        ] as [(Writable, String, [UInt8], String)])
    func contentBecomesBytesAndTheseText(kind: Writable, content: String, expected: [UInt8], text: String) {
        let given = Array(content.utf8)
        var bytes: [UInt8] = []
        #expect(kind.append(given.span, to: &bytes))
        #expect(bytes == expected)
        var found: [UInt8] = []
        #expect(kind.appendText(of: bytes.span, to: &found))
        #expect(String(decoding: found, as: UTF8.self) == text)
    }

    @Test(
        arguments: [
            (Writable.text, [2, 0x68]), (.text, [0x8f]), (.text, []), (.text, [0xff]), (.bytes, [0, 0, 0, 2, 0x68]),
            (.bytes, [0, 0]), (.bytes, [255, 255, 255, 255]), (.long, [1, 2, 3]), (.int, []), (.null, [0]),
        ] as [(Writable, [UInt8])])
    func otherBytesAreNoneSuch(kind: Writable, bytes: [UInt8]) {
        var text: [UInt8] = []
        #expect(!kind.appendText(of: bytes.span, to: &text))
        #expect(text.isEmpty)
    }

    @Test(arguments: ["", "x", "1.5", "2147483648"]) func whatIsNoIntIsRefused(text: String) {
        let content = Array(text.utf8)
        var bytes: [UInt8] = []
        #expect(!Writable.int.append(content.span, to: &bytes))
        #expect(bytes.isEmpty)
    }

    @Test func classesAreKnownByTheirNames() {
        for kind in Writable.allCases { #expect(Writable(className: kind.className) == kind) }
        for name in ["Text", "org.apache.hadoop.io.MapWritable", "org.apache.hadoop.io.", ""] {
            #expect(Writable(className: name) == nil)
        }
    }
}
