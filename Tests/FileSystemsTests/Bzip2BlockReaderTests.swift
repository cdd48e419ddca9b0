import Foundation
import SeededNumbers
import Testing

@testable import FileSystems

/// However a file is cut into pieces, each block is one piece's, and damage is noticed by somebody.
@Suite struct Bzip2BlockReaderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: 0..<40) func eachBlockIsOnePieces(seed: Int) throws {
        var random = SplitMix64(seed: seed)
        let texts = (0..<random.below(6)).map { _ in random.text(below: 200) }
        let path = try folder.write("a.bz2", try texts.flatMap { try pack($0) })
        let length = try FileReader(path).length
        for size in [1 + random.below(80), 1 + random.below(300), length + 1] {
            #expect(try content(path, size: size) == texts.flatMap { $0 }, "seed \(seed), size \(size)")
        }
    }

    /// Blocks begin anywhere in a byte here, and the stream's checksum is of all of them.
    @Test func blocksOfOneStreamAreToldApart() throws {
        var random = SplitMix64(seed: 7)
        let text = random.text(below: 256, count: 450_000)
        let path = try folder.write("a", text)
        try run("bzip2", ["-1", path])
        let packed = path + ".bz2"
        let length = try FileReader(packed).length
        for size in [length / 9, length / 5, length / 2, length] {
            #expect(try content(packed, size: size) == text, "size \(size)")
        }
        var places: [Int] = []
        while let place = try Bzip2Mark.firstBlock(
            in: FileReader(packed), from: (places.last ?? -1) + 1, before: 8 * length)
        {
            places.append(place)
        }
        #expect(places.count == 5)
        #expect(Set(places.map { $0 % 8 }).count > 1)
    }

    /// A block begins with the set of its characters, of which these three groups have the mark's bits: 2 3 7 9 ?, A C D G J
    /// M N and Q S V W Y [ \ _.
    @Test func theMarkInTheMidstOfABlockIsNone() throws {
        let characters = Array("2379?ACDGJMNQSVWY[\\_".utf8)
        let texts = (0..<3).map { number in
            (0..<200).map { $0 % 50 == 49 ? 10 : characters[($0 * 7 + number) % characters.count] }
        }
        let path = try folder.write("a.bz2", try texts.flatMap { try pack($0) })
        let file = try FileReader(path)
        var places: [Int] = []
        while let place = try Bzip2Mark.firstBlock(in: file, from: (places.last ?? -1) + 1, before: 8 * file.length) {
            places.append(place)
        }
        #expect(places.count == 6, "\(places)")
        for size in 1...file.length { #expect(try content(path, size: size) == texts.flatMap { $0 }, "size \(size)") }
    }

    @Test func damageIsNoticedByOneOfThePieces() throws {
        var random = SplitMix64(seed: 3)
        let texts = (0..<3).map { _ in random.text(below: 60, count: 60) }
        let bytes = try texts.flatMap { try pack($0) }
        for place in 0..<8 * bytes.count {
            var damaged = bytes
            damaged[place / 8] ^= 0x80 >> UInt8(place % 8)
            let path = try folder.write("a.bz2", damaged)
            for size in [1 + random.below(40), 60, bytes.count] {
                // The size of blocks, or the bits behind a stream's end, may be others and do no harm.
                let result = Result { try content(path, size: size) }
                if case .success(let content) = result {
                    #expect(content == texts.flatMap { $0 }, "bit \(place), size \(size)")
                }
            }
        }
    }

    @Test func aTruncatedFileIsNoticedByOneOfThePieces() throws {
        let texts = ["hello\n", "world\n"].map { Array($0.utf8) }
        let packed = try texts.map { try pack($0) }
        let bytes = packed.flatMap { $0 }
        for length in 0..<bytes.count {
            let path = try folder.write("a.bz2", Array(bytes[..<length]))
            for size in [10, 25, 100] {
                if length == 0 || length == packed[0].count {
                    #expect(try content(path, size: size) == (length == 0 ? [] : texts[0]))
                } else {
                    let error = try #require(failure { _ = try content(path, size: size) }, "\(length), \(size)")
                    #expect(error.description.contains("a.bz2 is no whole bzip2 file: "), "\(error)")
                }
            }
        }
    }

    @Test func anErrorNamesThePlaceInFileAndContent() throws {
        let (first, second) = (try pack(Array("hello\n".utf8)), try pack(Array("world\n".utf8)))
        let path = try folder.write("a.bz2", first + second.dropLast(12))
        let error = failure { _ = try content(path, size: 1000) }
        #expect(
            error?.description
                == "\(path) is no whole bzip2 file: it ends where more of it should follow, at byte \(first.count + 4), "
                + "behind 6 bytes of content")
        let other = try folder.write("b.bz2", first + Array("rubbish".utf8))
        #expect(
            failure { _ = try content(other, size: 1000) }?.description
                == "\(other) is no whole bzip2 file: here begins no stream, at byte \(first.count), behind 6 bytes of content"
        )
    }

    /// What all pieces of the size have, each without what is behind it.
    private func content(_ path: String, size: Int) throws -> [UInt8] {
        let length = try FileReader(path).length
        var content: [UInt8] = []
        for start in stride(from: 0, to: max(1, length), by: size) {
            let reader = try Bzip2BlockReader(path, start..<min(length, start + size))
            var piece: [UInt8] = []
            while reader.contentLength == nil, try reader.read(into: &piece, limit: 1000) > 0 {}
            content += piece.prefix(reader.contentLength ?? piece.count)
        }
        return content
    }

    private func pack(_ text: [UInt8]) throws -> [UInt8] {
        let path = "\(folder.path)/packed"
        let writer = try CompressedFileWriter(path, .bzip2)
        try writer.write(text.span)
        try writer.close()
        return try FileReader.readAll(path, limit: 1 << 20)
    }

    private func run(_ program: String, _ arguments: [String]) throws {
        let process = try Process.run(URL(filePath: "/usr/bin/env"), arguments: [program] + arguments)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }
}

extension SplitMix64 {
    fileprivate mutating func text(below bound: Int, count: Int? = nil) -> [UInt8] {
        let kinds = 1 + below(bound)
        return (0..<(count ?? below(bound))).map { _ in UInt8(below(kinds)) }
    }
}
