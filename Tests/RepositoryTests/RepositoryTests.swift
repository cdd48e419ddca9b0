import Foundation
import Testing

/// Rules of the repository that the compiler cannot check.
@Suite struct RepositoryTests {
    /// What a target that decides may import. SwiftPM gives every target Foundation, Glibc and Dispatch whether or not
    /// `Package.swift` names them, so it is checked here.
    static let pureImports: [String: Set<String>] = [
        "ClusterModel": ["BitCollections", "DequeModule", "HeapModule"],
        "Records": [],
        "SeededNumbers": [],
        "Simulator": ["ClusterModel", "DequeModule", "HeapModule", "SeededNumbers", "Wire"],
        "Wire": ["BitCollections", "ClusterModel", "DequeModule"],
    ]

    /// The order of ARCHITECTURE.md, in which a target depends only on targets before it.
    static let order = [
        "CPlatform", "CLibuv", "EventLoop", "ClusterModel", "Records", "Wire", "SeededNumbers", "Simulator", "CZlib",
        "CBzip2", "CZstd",
        "CLz4", "CPcre2", "Patterns", "FileSystems", "Transport", "MapReduce", "Coordinator", "Worker", "MartletClient",
        "martlet",
    ]

    @Test(arguments: pureImports.keys.sorted())
    func targetsThatDecideImportNoSideEffects(target: String) throws {
        let allowed = try #require(Self.pureImports[target])
        for file in try Repository.swiftFiles(under: "Sources/\(target)") {
            for module in file.imports {
                #expect(allowed.contains(module), "\(file.path) imports \(module)")
            }
            #expect(!file.text.contains(#/\bunsafe\b/#), "\(file.path) says unsafe")
        }
    }

    @Test(arguments: order) func importsPointUpTheListOnly(target: String) throws {
        let place = try #require(Self.order.firstIndex(of: target))
        let files = try Repository.swiftFiles(under: "Sources/\(target)", mayBeEmpty: true)
        for file in files {
            for module in file.imports where Self.order.contains(module) {
                let other = try #require(Self.order.firstIndex(of: module))
                #expect(other < place, "\(file.path) imports \(module)")
            }
        }
    }

    @Test func everyTargetHasItsPlaceInTheOrder() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Repository.root + "/Sources")
        #expect(Set(folders) == Set(Self.order))
    }

    @Test func libuvIsReachedThroughTheEventLoopOnly() throws {
        for file in try Repository.swiftFiles(under: "Sources") where file.imports.contains("CLibuv") {
            #expect(file.path.hasPrefix("Sources/EventLoop/"), "\(file.path) imports CLibuv")
        }
    }

    /// What depends on the state of a job or task is decided in the core.
    @Test func theCoordinatorDoesNotLookAtStates() throws {
        let states = #/switch .*\b(state|phase|outcome)\b|\bcase \.(pending|running|committing|aborting|ended)\b/#
        for file in try Repository.swiftFiles(under: "Sources/Coordinator") {
            for line in file.lines { #expect(!line.contains(states), "\(file.path): \(line)") }
        }
    }

    /// What users write for themselves, they can do as well as the command line.
    @Test func commandsReachAClusterThroughTheLibraryOnly() throws {
        for file in try Repository.swiftFiles(under: "Sources/martlet") where !file.path.contains("/Daemons/") {
            #expect(
                !file.text.contains(#/\b(Connection\.connect|ClientRequest|Outbox)\b/#),
                "\(file.path) speaks for itself")
        }
    }

    /// It is open to the package for the codec of snapshots, and to nobody else.
    @Test func theHardStateIsTheCoresAndTheCodecs() throws {
        for file in try Repository.swiftFiles(under: "Sources") {
            guard !file.path.hasPrefix("Sources/ClusterModel/"), !file.path.hasPrefix("Sources/Wire/State/") else {
                continue
            }
            #expect(
                !file.text.contains(#/\b(cluster\.state|ClusterState)\b/#), "\(file.path) looks into the hard state")
        }
    }

    @Test func whatIsNotCheckedSaysWhatMakesItSafe() throws {
        for mark in ["@unchecked Sendable", "nonisolated(unsafe)"] {
            for file in try Repository.swiftFiles(under: "Sources") where file.text.contains(mark) {
                #expect(file.text.contains("`\(mark)`"), "\(file.path) does not say why \(mark) is safe")
            }
        }
    }

    /// Retaining across C is what a handle and a request do; whatever else needs it can be built on those two.
    @Test func unmanagedStaysWithHandlesAndRequests() throws {
        let files = try Repository.swiftFiles(under: "Sources").filter { $0.text.contains("Unmanaged") }
        #expect(Set(files.map(\.path)) == ["Sources/EventLoop/Handle.swift", "Sources/EventLoop/Requests.swift"])
    }

    @Test func filesStaySmall() throws {
        for file in try Repository.swiftFiles(under: "Sources") + Repository.swiftFiles(under: "Tests") {
            #expect(file.lines.count <= 400, "\(file.path) has \(file.lines.count) lines: has it two subjects?")
        }
    }

    @Test func nothingIsForced() throws {
        let forced = #/\btry!|catch \{\s*\}/#
        for file in try Repository.swiftFiles(under: "Sources") {
            #expect(!file.text.contains(forced), "\(file.path) forces or swallows an error")
        }
    }

    /// The core's order of things must be the same in every process.
    @Test func theCoreHasNoChance() throws {
        let chance = #/\b(hashValue|shuffled|randomElement|SystemRandomNumberGenerator|UUID)\b/#
        for file in try Repository.swiftFiles(under: "Sources/ClusterModel") {
            #expect(!file.text.contains(chance), "\(file.path) draws lots")
        }
    }

    @Test(arguments: [
        "README.md", "README.ko.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "scripts/demo",
        "scripts/test", "scripts/bench", "scripts/setup",
    ])
    func whatANewcomerLooksForIsThere(path: String) {
        #expect(FileManager.default.fileExists(atPath: "\(Repository.root)/\(path)"))
    }

    @Test func whatTheSystemLibrariesNeedIsInstalled() throws {
        let package = try String(contentsOfFile: Repository.root + "/Package.swift", encoding: .utf8)
        let setup = try String(contentsOfFile: Repository.root + "/scripts/setup", encoding: .utf8)
        let names = package.matches(of: #/\.apt\(\["([^"]+)"\]\)/#).map(\.1)
        #expect(names.count == package.matches(of: #/\.systemLibrary\(/#).count)
        for name in names { #expect(setup.contains(name), "scripts/setup does not install \(name)") }
    }

    @Test func theArchitectureNamesEveryTargetAndDependency() throws {
        let text = try String(contentsOfFile: Repository.root + "/ARCHITECTURE.md", encoding: .utf8)
        let package = try String(contentsOfFile: Repository.root + "/Package.swift", encoding: .utf8)
        for target in Self.order { #expect(text.contains(target), "ARCHITECTURE.md does not name \(target)") }
        for match in package.matches(of: #/github\.com/[\w-]+/([\w-]+)/#) {
            #expect(text.contains(match.1), "ARCHITECTURE.md does not say why there is \(match.1)")
        }
    }
}

enum Repository {
    struct File {
        let path: String
        let text: String

        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

        var imports: [String] {
            lines.compactMap { line in
                line.firstMatch(of: #/^(?:public |package |internal )?import (?:struct |func )?(\w+)/#).map {
                    String($0.1)
                }
            }
        }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized.path

    static func swiftFiles(under folder: String, mayBeEmpty: Bool = false) throws -> [File] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)").filter {
            $0.hasSuffix(".swift")
        }
        #expect(mayBeEmpty || !paths.isEmpty)
        return try paths.sorted().map { path in
            File(
                path: "\(folder)/\(path)",
                text: try String(contentsOfFile: "\(root)/\(folder)/\(path)", encoding: .utf8))
        }
    }
}
