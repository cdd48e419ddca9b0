internal import ClusterModel
internal import DequeModule
internal import SeededNumbers
internal import Wire

// Parcels travel, arrive, wait for a network that is cut, and are lost with connections that break.

extension Simulation {
    mutating func open(_ peer: Link.Peer) -> Int {
        links.append(Link(peer: peer))
        return links.count - 1
    }

    mutating func sendUp(_ parcel: Parcel, _ link: Int) {
        guard !links[link].up.isClosed else { return }
        let arrival = arrival(after: links[link].up.lastArrival)
        links[link].up.sent += 1
        links[link].up.lastArrival = arrival
        links[link].up.parcels.append(parcel)
        agenda.add(.arrival(link: link, .up), at: arrival)
    }

    mutating func sendDown(_ parcel: Parcel, _ link: Int) {
        guard !links[link].down.isClosed, !links[link].up.isClosed else { return }
        putDown(parcel, link)
    }

    private mutating func putDown(_ parcel: Parcel, _ link: Int) {
        let arrival = arrival(after: links[link].down.lastArrival)
        links[link].down.sent += 1
        links[link].down.lastArrival = arrival
        links[link].down.parcels.append(parcel)
        agenda.add(.arrival(link: link, .down), at: arrival)
    }

    private mutating func arrival(after last: Instant) -> Instant {
        max(last, now.advanced(by: .microseconds(random.within(scenario.latency))))
    }

    /// The coordinator closes its end: it hears nothing more, and the other end learns it behind what is under way.
    mutating func close(_ link: Int, isBroken: Bool) {
        guard !links[link].up.isClosed else { return }
        links[link].up.isClosed = true
        links[link].up.parcels = []
        if !links[link].down.isClosed { putDown(.end(isBroken: isBroken), link) }
    }

    /// The peer closes its end, or dies.
    mutating func hangUp(_ link: Int, isBroken: Bool) {
        guard !links[link].down.isClosed else { return }
        links[link].down.isClosed = true
        links[link].down.parcels = []
        // A reset overtakes what is under way, and all of it is lost.
        if isBroken { links[link].up.parcels = [] }
        sendUp(.end(isBroken: isBroken), link)
    }

    // MARK: - Arrivals

    mutating func arriveAtCoordinator(_ link: Int, _ happening: Happening) {
        guard !links[link].up.isClosed, coordinator.isUp else { return }
        if links[link].up.isHeld { return links[link].up.overdue += 1 }
        if coordinator.frozenSince != nil { return coordinator.backlog.append(happening) }
        guard let parcel = links[link].up.parcels.popFirst() else { return }
        links[link].up.heard += 1
        hear(parcel, link)
        // Said twice: over a connection that broke and the one after it, in the worst case.
        guard case .worker(let message) = parcel, message.settledAttempt != nil,
            scenario.plan.duplicated > 0, random.chance(permille: scenario.plan.duplicated)
        else { return }
        figures.note(.duplicate)
        if coordinator.isUp, !links[link].up.isClosed { hear(parcel, link) }
    }

    mutating func arriveAtPeer(_ link: Int, _ happening: Happening) {
        guard !links[link].down.isClosed else { return }
        if links[link].down.isHeld { return links[link].down.overdue += 1 }
        if case .worker(let place) = links[link].peer {
            if workers[place].frozenSince != nil { return workers[place].backlog.append(happening) }
        }
        guard let parcel = links[link].down.parcels.popFirst() else { return }
        links[link].down.heard += 1
        switch (links[link].peer, parcel) {
        case (.worker(let place), .end): loseCoordinator(place, link)
        case (.worker(let place), .order(let order)): follow(order, place, link)
        case (.launcher, .launcherOrder(let order)): follow(order)
        case (.launcher, .end): links[link].down.isClosed = true
        case (.client, .answer(let place, let answer)): hear(answer, to: place)
        case (.client, .end):
            // Whether what it had asked for was done it will never know.
            links[link].down.isClosed = true
            unanswered = []
        default: break
        }
    }

    // MARK: - Cuts

    /// Seen from the worker.
    mutating func cut(_ place: Int, _ direction: CutDirection) {
        guard workers[place].isAlive else { return }
        if workers[place].cut != nil { heal(place) }
        workers[place].cut = direction
        for link in workers[place].links {
            if direction.stopsOutbound { hold(&links[link].up) }
            if direction.stopsInbound { hold(&links[link].down) }
        }
    }

    private func hold(_ pipe: inout Link.Pipe) {
        guard !pipe.isHeld else { return }
        (pipe.isHeld, pipe.heldSince) = (true, now)
    }

    mutating func heal(_ place: Int) {
        guard workers[place].cut != nil else { return }
        workers[place].cut = nil
        for link in workers[place].links {
            for _ in 0..<release(&links[link].up) { agenda.add(.arrival(link: link, .up), at: now) }
            for _ in 0..<release(&links[link].down) { agenda.add(.arrival(link: link, .down), at: now) }
        }
    }

    /// - Returns: How many parcels arrive now.
    private func release(_ pipe: inout Link.Pipe) -> Int {
        guard pipe.isHeld else { return 0 }
        defer { (pipe.isHeld, pipe.overdue) = (false, 0) }
        return pipe.overdue
    }

    /// Both ends learn it, and what was under way is lost.
    mutating func reset(_ place: Int) {
        guard workers[place].isAlive, workers[place].cut == nil, let link = workers[place].link else { return }
        links[link].up.parcels = []
        links[link].down.parcels = []
        if !links[link].up.isClosed { sendUp(.end(isBroken: true), link) }
        if !links[link].down.isClosed { putDown(.end(isBroken: true), link) }
    }
}
