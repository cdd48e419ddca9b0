extension Change {
    /// Nothing is begun by it, so that it may wait a little and be synced with what comes next: at once it would begin a sync
    /// that what comes next, and begins something, had to wait for first.
    public var mayLinger: Bool {
        if case .shuffleFinished = self { true } else { false }
    }
}
