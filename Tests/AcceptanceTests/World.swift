import Foundation

/// The host as a cluster finds it: who runs the cluster, and whether the kernel gives it PID namespaces.
struct World {
    /// Words before the program's name that bring it into this world.
    let words: [String]
    /// Nil: the user who runs the tests.
    let user: uid_t?

    /// As whoever runs the tests, on the host as it is.
    static let plain = World(words: [], user: nil)

    /// As an ordinary user; only root can become one.
    static let ordinary = World(words: ["setpriv", "--reuid", "1001", "--regid", "1001", "--clear-groups"], user: 1001)

    /// On a host that refuses namespaces: this one as it is if it does, else a user namespace that may have no further ones.
    var refusingNamespaces: World {
        guard hasNamespaces else { return self }
        let script = """
            for kind in user pid; do echo 0 > /proc/sys/user/max_${kind}_namespaces || exit; done; exec "$@"
            """
        let refuse = ["unshare", "--user", "--map-root-user", "sh", "-ec", script, "sh"]
        return World(words: words + refuse, user: user)
    }

    /// Whether this host can show it.
    var isPossible: Bool { runs(["true"]) }

    /// Whether a child can be process 1 of a namespace here.
    var hasNamespaces: Bool {
        runs(["unshare", "--pid", "--fork", "true"]) || runs(["unshare", "--user", "--pid", "--fork", "true"])
    }

    /// Gives a new folder to the world's user.
    func own(_ folder: String) throws {
        guard let user else { return }
        try FileManager.default.setAttributes([.ownerAccountID: user], ofItemAtPath: folder)
    }

    /// The program, where the world's user may run it: in the folder, if it lies behind one that is closed to others.
    func program(_ program: String, _ folder: String) throws -> String {
        guard user != nil, !runs(["test", "-x", program]) else { return program }
        try FileManager.default.copyItem(atPath: program, toPath: folder + "/martlet")
        return folder + "/martlet"
    }

    private func runs(_ command: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words + command
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
