/// A command of `-mapper`, `-combiner` or `-reducer`: a program's words, or the one word of a ``BuiltInStep``.
enum StepCommand {
    /// - Throws: ``StreamingError`` for a built-in step or a Java class that there is not.
    static func words(_ text: String, _ role: StepRole) throws(StreamingError) -> [String] {
        // As the reducer, Hadoop streaming knows it in small and large letters.
        if role == .reducer, text.lowercased() == "aggregate" { return BuiltInStep.aggregate.command }
        if let step = BuiltInStep(text: text, role) { return step.command }
        guard !text.hasPrefix(BuiltInStep.prefix), !isClassName(text) else {
            throw StreamingError(
                "there is no built-in \(role.rawValue) '\(text)': write one of "
                    + "\(BuiltInStep.names(role).joined(separator: ", ")), or a command"
                    + (isClassName(text) ? ", ./NAME for a program of that name" : ""))
        }
        guard !text.hasPrefix(NativeStep.prefix) else {
            throw StreamingError(
                "'\(text)' is a step of an example job: run it with 'martlet example', or write ./NAME for a program of "
                    + "that name")
        }
        return CommandWords.split(text)
    }

    /// A package of two parts at least, and behind it a name with a capital letter.
    static func isClassName(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 3, let first = parts.last?.first, first.isUppercase, parts[0].first?.isLowercase == true
        else { return false }
        return parts.allSatisfy { part in
            part.first.map { $0.isLetter || $0 == "_" } == true
                && part.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
        }
    }
}
