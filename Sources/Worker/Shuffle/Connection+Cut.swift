internal import ClusterModel
internal import Transport

extension Connection {
    /// Plays the cut of a node's network on one of its connections; nil mends it.
    func cut(_ direction: CutDirection?) {
        cut(inbound: direction?.stopsInbound ?? false, outbound: direction?.stopsOutbound ?? false)
    }
}
