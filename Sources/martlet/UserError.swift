/// Why a command did not do what it was asked; one sentence that says what to do.
struct UserError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
