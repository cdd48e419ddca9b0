// Faults that users give to nodes on purpose. The core only says who carries them out: what follows from them is decided
// when it is noticed, as with any other fault.

extension Cluster {
    mutating func inject(_ fault: NodeFault, into name: String, _ request: RequestID) {
        guard let node = node(named: name, request), let number = state.nodeNumbers[name] else { return }
        let launcher = launcher(for: node)
        if let reason = refusal(of: fault, node, launcher) {
            effect(.answer(request, .refused(reason)))
            return
        }
        effect(.injectFault(NodeID(number), fault, by: launcher))
        effect(.answer(request, .done))
    }

    private func refusal(of fault: NodeFault, _ node: Node, _ launcher: ConnectionID?) -> String? {
        let name = node.registration.name
        switch fault {
        case .freeze, .cut:
            guard node.isLive else { return "\(name) is \(node.state): there is nothing to stop" }
        case .thaw, .heal:
            // A node that was lost for its silence is still there, and waits for this.
            guard node.isLive || node.state == .lost else { return "\(name) is \(node.state)" }
        }
        guard fault == .freeze || fault == .thaw, launcher == nil else { return nil }
        return
            "no launcher runs on \(node.registration.host) to send \(name) a signal: stop pid \(node.registration.pid) there"
    }
}
