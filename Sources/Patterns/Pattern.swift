internal import CPcre2

/// A regular expression as Java writes them (java.util.regex.Pattern), at work on bytes of UTF-8. Bytes that are none match
/// nothing. It is not to be used by two threads at once.
///
/// PCRE2 stands behind it, compiled to machine code where the system allows that. What the two read differently is translated or
/// refused (``JavaDialect``), and what PCRE2 lacks is refused too, such as `\u0041`. Two differences are left: `.` takes every
/// character but the line feed, where Java's leaves out other line ends as well, and `(?i)` is about the letters of every
/// script.
public final class Pattern {
    /// Bytes of the stack that a match may take; PCRE2's own is 32 KiB.
    private static let stackLimit = 4 << 20

    /// Groups in parentheses.
    public let groupCount: Int
    private let code: OpaquePointer
    private let found: OpaquePointer
    private let context: OpaquePointer
    private let stack: OpaquePointer?
    private let isMachineCode: Bool

    /// - Throws: ``PatternError`` with the place and the reason.
    public init(_ pattern: String) throws(PatternError) {
        let code = try Self.compile(pattern)
        guard let found = pcre2_match_data_create_from_pattern_8(code, nil),
            let context = pcre2_match_context_create_8(nil)
        else { preconditionFailure("no memory for the pattern '\(pattern)'") }
        (self.code, self.found, self.context) = (code, found, context)
        // Where nothing may be made executable, matches are interpreted.
        isMachineCode = pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE) == 0
        stack = isMachineCode ? pcre2_jit_stack_create_8(32 << 10, Self.stackLimit, nil) : nil
        if let stack { pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(stack)) }
        var count: UInt32 = 0
        _ = pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
        groupCount = Int(count)
    }

    deinit {
        pcre2_match_data_free_8(found)
        pcre2_match_context_free_8(context)
        pcre2_jit_stack_free_8(stack)
        pcre2_code_free_8(code)
    }

    private static func compile(_ pattern: String) throws(PatternError) -> OpaquePointer {
        let bytes = try JavaDialect.translate(pattern)
        let options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C
        var number: CInt = 0
        var place = 0
        let code = pcre2_compile_8(bytes, bytes.count, options, &number, &place, nil)
        guard let code else { throw PatternError(pattern, at: Array(bytes[..<place]), text(number)) }
        return code
    }

    /// What the library says of one of its errors.
    private static func text(_ number: CInt) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = pcre2_get_error_message_8(number, &buffer, buffer.count)
        return count < 0 ? "code \(number)" : String(decoding: buffer.prefix(Int(count)), as: UTF8.self)
    }

    // MARK: - Matching

    /// Where the first match at or behind `start` is, or the group's part of it; nil when nothing matches, or the group has
    /// no part in it.
    ///
    /// - Parameters:
    ///   - start: Bytes, at most as many as the text has. What is before may be looked at.
    ///   - group: 0 is all of the match; at most ``groupCount``.
    /// - Throws: ``PatternError`` when finding out would take too long or too much memory.
    public func firstMatch(
        in text: Span<UInt8>, from start: Int = 0, group: Int = 0
    ) throws(PatternError) -> Range<Int>? {
        try find(in: text, from: start) ? range(of: group) : nil
    }

    /// Every match, or the group's part of each, as Java's Matcher.find() comes to them: one begins where the last ended, and
    /// behind one that is empty a character is passed over. Matches in which the group has no part are left out.
    public func forEachMatch(
        in text: Span<UInt8>, group: Int = 0, _ body: (Range<Int>) throws -> Void
    ) throws {
        var start = 0
        while start <= text.count, try find(in: text, from: start), let match = range(of: 0) {
            if let part = range(of: group) { try body(part) }
            start = match.isEmpty ? Self.nextCharacter(in: text, behind: match.upperBound) : match.upperBound
        }
    }

    private func find(in text: Span<UInt8>, from start: Int) throws(PatternError) -> Bool {
        precondition((0...text.count).contains(start), "\(start) is beyond the text")
        let result = text.withUnsafeBufferPointer { bytes in
            // Nothing is read there; the library takes nil for a mistake.
            let first = bytes.baseAddress ?? UnsafePointer(bitPattern: 1)!
            return isMachineCode
                ? pcre2_jit_match_8(code, first, bytes.count, start, 0, found, context)
                : pcre2_match_8(code, first, bytes.count, start, 0, found, context)
        }
        if result == PCRE2_ERROR_NOMATCH { return false }
        guard result > 0 else { throw PatternError(matching: Self.text(result)) }
        return true
    }

    /// Of the last match. What has no part in it is at -1.
    private func range(of group: Int) -> Range<Int>? {
        precondition((0...groupCount).contains(group), "there is no group \(group)")
        let places = pcre2_get_ovector_pointer_8(found)!
        let (start, end) = (places[2 * group], places[2 * group + 1])
        return start >= 0 && start <= end ? start..<end : nil
    }

    private static func nextCharacter(in text: Span<UInt8>, behind place: Int) -> Int {
        var next = place + 1
        while next < text.count, text[next] & 0xc0 == 0x80 { next += 1 }
        return next
    }
}
