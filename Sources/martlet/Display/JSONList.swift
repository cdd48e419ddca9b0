/// An object with one list, written as its elements come: there may be more than memory should hold.
struct JSONList {
    private let name: String
    private var isBegun = false

    init(named name: String) { self.name = name }

    /// Each on a line of its own.
    mutating func add(_ elements: [some Encodable]) {
        if elements.isEmpty { return }
        let lines = elements.map { "    " + Output.jsonLine($0).dropLast() }
        Output.text((isBegun ? ",\n" : opening + "\n") + lines.joined(separator: ",\n"))
        isBegun = true
    }

    func end() { Output.text(isBegun ? "\n  ]\n}\n" : opening + "]\n}\n") }

    private var opening: String { "{\n  \"\(name)\" : [" }
}
