/// Entries in the order of their keys' bytes, equal keys as they came: from the first byte on they are dealt out by one
/// byte after another (a radix sort, most significant digit first), until pieces are small enough for insertion.
///
/// After eight bytes the entries are given the next eight as their prefixes, so that long beginnings that keys share are
/// read once. Equal keys, of which word counts have many, cost a look at each.
struct RadixSort {
    typealias Entry = SortBuffer.Entry
    typealias Counts = InlineArray<256, Int32>

    /// Entries that are sorted by insertion.
    private static var smallPiece: Int { 32 }
    /// Splits of splits, at most, for the stack's sake; what is left is sorted by comparison.
    private static var levelLimit: Int { 64 }
    /// Where keys have been looked at to the end: one that goes on; those that ended within the last eight bytes have the
    /// classes 0 to 8.
    private static var longer: Int { KeyPrefix.length + 1 }

    let bytes: [UInt8]

    /// A piece of the entries, and what is known of it.
    private struct Piece {
        var range: Range<Int>
        /// Bytes of the keys before those in the prefixes, all equal.
        var depth = 0
        /// Bytes of the prefixes that are equal.
        var place = 0
        /// It is to lie among the others in the end.
        var isMoved = false
        var level = 0
    }

    /// - Parameter others: As many entries, whatever they are.
    func sort(_ entries: inout [Entry], _ others: inout [Entry], _ range: Range<Int>) {
        var one = entries.mutableSpan
        var other = others.mutableSpan
        sort(&one, &other, Piece(range: range))
    }

    private func sort(_ entries: inout MutableSpan<Entry>, _ others: inout MutableSpan<Entry>, _ piece: Piece) {
        var piece = piece
        while piece.range.count > Self.smallPiece, piece.level < Self.levelLimit {
            let isDone =
                piece.place < KeyPrefix.length
                ? splitByByte(&entries, &others, &piece) : splitByLength(&entries, &others, &piece)
            if isDone { return }
        }
        if piece.range.count <= Self.smallPiece {
            insert(&entries, piece)
        } else {
            compare(&entries, piece)
        }
        if piece.isMoved { Self.move(piece.range, from: entries, to: &others) }
    }

    /// True when the piece is sorted, false when it has only been looked at further.
    private func splitByByte(
        _ entries: inout MutableSpan<Entry>, _ others: inout MutableSpan<Entry>, _ piece: inout Piece
    ) -> Bool {
        let shift = UInt64(56 - 8 * piece.place)
        var counts = Counts(repeating: 0)
        for index in piece.range { counts[Int(entries[index].prefix >> shift & 0xff)] += 1 }
        let first = entries[piece.range.lowerBound].prefix
        if Int(counts[Int(first >> shift & 0xff)]) == piece.range.count {
            // What is equal in a byte is often equal in more.
            var difference: UInt64 = 0
            for index in piece.range { difference |= entries[index].prefix ^ first }
            piece.place = difference.leadingZeroBitCount / 8
            return false
        }
        piece.place += 1
        var ends = Self.starts(counts, from: piece.range.lowerBound)
        for index in piece.range {
            let entry = entries[index]
            let digit = Int(entry.prefix >> shift & 0xff)
            others[Int(ends[digit])] = entry
            ends[digit] += 1
        }
        for digit in 0..<256 where counts[digit] > 0 {
            sortPart(&others, &entries, part(of: piece, to: ends[digit], counts[digit]))
        }
        return true
    }

    /// The same where all of the prefix is equal: keys that end there are before those that go on, the shorter first.
    private func splitByLength(
        _ entries: inout MutableSpan<Entry>, _ others: inout MutableSpan<Entry>, _ piece: inout Piece
    ) -> Bool {
        var counts = Counts(repeating: 0)
        for index in piece.range { counts[lengthClass(entries[index], piece.depth)] += 1 }
        let first = lengthClass(entries[piece.range.lowerBound], piece.depth)
        if Int(counts[first]) == piece.range.count {
            if first == Self.longer {
                goOn(&entries, &piece)
                return false
            }
            if piece.isMoved { Self.move(piece.range, from: entries, to: &others) }
            return true
        }
        var ends = Self.starts(counts, from: piece.range.lowerBound)
        for index in piece.range {
            let entry = entries[index]
            let digit = lengthClass(entry, piece.depth)
            others[Int(ends[digit])] = entry
            ends[digit] += 1
        }
        var rest = part(of: piece, to: ends[Self.longer], counts[Self.longer])
        let ended = piece.range.lowerBound..<rest.range.lowerBound
        if !piece.isMoved { Self.move(ended, from: others, to: &entries) }
        if !rest.range.isEmpty {
            goOn(&others, &rest)
            sort(&others, &entries, rest)
        }
        return true
    }

    /// Makes the next eight bytes of the keys their prefixes.
    private func goOn(_ entries: inout MutableSpan<Entry>, _ piece: inout Piece) {
        piece.depth += KeyPrefix.length
        piece.place = 0
        let all = bytes.span
        for index in piece.range {
            let key = key(of: entries[index])
            entries[index].prefix = KeyPrefix.of(all.extracting(key.lowerBound + piece.depth..<key.upperBound))
        }
    }

    private func lengthClass(_ entry: Entry, _ depth: Int) -> Int {
        min(keyLength(entry) - depth, Self.longer)
    }

    private func sortPart(_ entries: inout MutableSpan<Entry>, _ others: inout MutableSpan<Entry>, _ part: Piece) {
        if part.range.count > 1 { return sort(&entries, &others, part) }
        if part.isMoved { others[part.range.lowerBound] = entries[part.range.lowerBound] }
    }

    /// Of entries that have been dealt out.
    private func part(of piece: Piece, to end: Int32, _ count: Int32) -> Piece {
        var part = piece
        part.range = Int(end - count)..<Int(end)
        part.isMoved = !piece.isMoved
        part.level += 1
        return part
    }

    private static func starts(_ counts: Counts, from start: Int) -> Counts {
        var starts = Counts(repeating: 0)
        var next = Int32(start)
        for digit in 0..<256 {
            starts[digit] = next
            next += counts[digit]
        }
        return starts
    }

    private static func move(
        _ range: Range<Int>, from entries: borrowing MutableSpan<Entry>, to others: inout MutableSpan<Entry>
    ) {
        for index in range { others[index] = entries[index] }
    }

    // MARK: - Small pieces

    private func insert(_ entries: inout MutableSpan<Entry>, _ piece: Piece) {
        for index in piece.range.dropFirst() {
            let entry = entries[index]
            var place = index
            while place > piece.range.lowerBound, isLess(entry, entries[place - 1], piece.depth) {
                entries[place] = entries[place - 1]
                place -= 1
            }
            entries[place] = entry
        }
    }

    private func compare(_ entries: inout MutableSpan<Entry>, _ piece: Piece) {
        var copy: [Entry] = []
        for index in piece.range { copy.append(entries[index]) }
        copy.sort { first, second in
            if isLess(first, second, piece.depth) { return true }
            return first.offset < second.offset && !isLess(second, first, piece.depth)
        }
        for (index, entry) in zip(piece.range, copy) { entries[index] = entry }
    }

    @inline(__always)
    private func isLess(_ first: Entry, _ second: Entry, _ depth: Int) -> Bool {
        if first.prefix != second.prefix { return first.prefix < second.prefix }
        return isLessBehindPrefix(first, second, depth)
    }

    @inline(never)
    private func isLessBehindPrefix(_ first: Entry, _ second: Entry, _ depth: Int) -> Bool {
        let (one, other) = (keyLength(first), keyLength(second))
        // With equal prefixes, a key that ends within them is the beginning of the other.
        if min(one, other) <= depth + KeyPrefix.length { return one < other }
        let all = bytes.span
        return KeyPrefix.compareRest(
            all.extracting(key(of: first)), all.extracting(key(of: second)), from: depth + KeyPrefix.length) < 0
    }

    @inline(__always)
    private func keyLength(_ entry: Entry) -> Int {
        entry.keyLength < Entry.longKey ? Int(entry.keyLength) : key(of: entry).count
    }

    private func key(of entry: Entry) -> Range<Int> { Run.ranges(at: Int(entry.offset), in: bytes.span).key }
}
