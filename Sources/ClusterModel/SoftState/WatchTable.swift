/// What is known of a running attempt.
struct Watch: Sendable {
    let attempt: AttemptID
    let launched: Instant
    var progressed: Instant
    /// Nanoseconds; 0 is never.
    let timeout: Int64
    var fraction = 0

    init(attempt: AttemptID, launched: Instant, timeout: Int64) {
        (self.attempt, self.launched, self.timeout) = (attempt, launched, timeout)
        progressed = launched
    }
}

/// The running attempts.
///
/// Each event begins or ends one, and a `Dictionary`, whose hash is proof against chosen keys, takes longer for that than the
/// core for its decision. These keys are the core's own. A hash table with linear probing, of places in a list.
struct WatchTable: Sendable {
    private var watches: [Watch] = []
    /// Places among the watches that are free.
    private var vacant: [UInt32] = []
    /// A power of two, of which at most half are used. 0 is free; otherwise one higher than a place among the watches.
    private var slots: [UInt32] = Array(repeating: 0, count: 16)

    subscript(attempt: AttemptID) -> Watch? {
        let number = slots[slot(for: attempt)]
        return number == 0 ? nil : watches[Int(number) - 1]
    }

    func forEach(_ body: (Watch) -> Void) {
        for number in slots where number != 0 { body(watches[Int(number) - 1]) }
    }

    mutating func insert(_ watch: Watch) {
        let slot = slot(for: watch.attempt)
        if slots[slot] != 0 {
            watches[Int(slots[slot]) - 1] = watch
        } else if let place = vacant.popLast() {
            watches[Int(place)] = watch
            slots[slot] = place + 1
        } else {
            watches.append(watch)
            slots[slot] = UInt32(watches.count)
            if 2 * watches.count > slots.count { grow() }
        }
    }

    /// - Returns: Whether it was there.
    mutating func update(_ attempt: AttemptID, _ body: (inout Watch) -> Void) -> Bool {
        let number = slots[slot(for: attempt)]
        if number != 0 { body(&watches[Int(number) - 1]) }
        return number != 0
    }

    /// - Returns: When it was launched, if it was there.
    @discardableResult
    mutating func remove(_ attempt: AttemptID) -> Instant? {
        let slot = slot(for: attempt)
        guard slots[slot] != 0 else { return nil }
        let place = slots[slot] - 1
        vacant.append(place)
        vacate(slot)
        return watches[Int(place)].launched
    }

    /// Where the attempt is, or where it would be put.
    private func slot(for attempt: AttemptID) -> Int {
        var slot = home(attempt)
        while slots[slot] != 0, watches[Int(slots[slot]) - 1].attempt != attempt {
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    private func home(_ attempt: AttemptID) -> Int {
        let task = attempt.task
        let key = (task.job.number << 40) ^ (task.index << 8) ^ (attempt.number << 2) ^ Int(task.kind.rawValue)
        // Fibonacci hashing: the product's high bits depend on all of the key's.
        let product = UInt64(bitPattern: Int64(key)) &* 0x9E37_79B9_7F4A_7C15
        return Int(product >> 32) & (slots.count - 1)
    }

    private mutating func grow() {
        let numbers = slots
        slots = Array(repeating: 0, count: 2 * numbers.count)
        for number in numbers where number != 0 { slots[slot(for: watches[Int(number) - 1].attempt)] = number }
    }

    /// What was put behind a slot because it was taken moves up.
    private mutating func vacate(_ slot: Int) {
        let mask = slots.count - 1
        var (hole, next) = (slot, (slot + 1) & mask)
        while slots[next] != 0 {
            let home = home(watches[Int(slots[next]) - 1].attempt)
            // It may not come before its home.
            if (next - home) & mask >= (next - hole) & mask {
                slots[hole] = slots[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        slots[hole] = 0
    }
}
