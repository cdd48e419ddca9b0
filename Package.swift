// swift-tools-version: 6.2
import PackageDescription

/// Shared by every target. A warning is an error, so the compiler's advice is never left for later.
let common: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// For targets that decide and hold no pointer: with warnings as errors, the compiler refuses unsafe code in them.
let pure = common + [.strictMemorySafety()]

/// In the order of ARCHITECTURE.md: a target depends only on targets above it (a repository test checks it).
let package = Package(
    name: "martlet",
    products: [
        .executable(name: "martlet", targets: ["martlet"]),
        .library(name: "MartletClient", targets: ["MartletClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .systemLibrary(name: "CLibuv", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
        .target(name: "CPlatform"),
        .target(name: "EventLoop", dependencies: ["CLibuv", "CPlatform"], swiftSettings: common),
        .target(
            name: "ClusterModel",
            dependencies: [
                .product(name: "BitCollections", package: "swift-collections"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            resources: [.embedInCode("Resources/instance-types.tsv")],
            swiftSettings: pure
        ),
        .target(name: "Records", swiftSettings: pure),
        .target(
            name: "Wire",
            dependencies: [
                "ClusterModel",
                .product(name: "BitCollections", package: "swift-collections"),
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: pure
        ),
        .target(name: "SeededNumbers", swiftSettings: pure),
        .target(
            name: "Simulator",
            dependencies: [
                "ClusterModel", "SeededNumbers", "Wire",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: pure
        ),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // Debian's bzip2 has no description for pkg-config.
        .systemLibrary(name: "CBzip2", providers: [.apt(["libbz2-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CPcre2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .target(name: "Patterns", dependencies: ["CPcre2"], swiftSettings: common),
        .systemLibrary(name: "CLz4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .target(
            name: "FileSystems", dependencies: ["CBzip2", "CLz4", "CPlatform", "CZlib", "CZstd", "Records"],
            swiftSettings: common),
        .target(name: "Transport", dependencies: ["EventLoop", "Wire"], swiftSettings: common),
        .target(
            name: "MapReduce", dependencies: ["CPlatform", "ClusterModel", "FileSystems", "Patterns", "Records"],
            swiftSettings: common),
        .target(
            name: "Coordinator",
            dependencies: [
                "ClusterModel", "EventLoop", "FileSystems", "Transport", "Wire",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: common
        ),
        .target(
            name: "Worker",
            dependencies: [
                "ClusterModel", "EventLoop", "FileSystems", "MapReduce", "Records", "Transport", "Wire",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: common
        ),
        .target(
            name: "MartletClient",
            dependencies: ["ClusterModel", "EventLoop", "FileSystems", "MapReduce", "Transport", "Wire"],
            swiftSettings: common
        ),
        .executableTarget(
            name: "martlet",
            dependencies: [
                "ClusterModel", "Coordinator", "EventLoop", "FileSystems", "MapReduce", "MartletClient", "Simulator",
                "Transport", "Wire", "Worker",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            resources: [.embedInCode("Report/page.css"), .embedInCode("Report/page.js")],
            swiftSettings: common
        ),

        // As another package would use the library: one import, and none of our settings.
        .executableTarget(name: "example-client", dependencies: ["MartletClient"], path: "examples/client"),

        // Long journals, for tests and benches.
        .executableTarget(
            name: "sample-journal", dependencies: ["ClusterModel", "Coordinator"], path: "Tests/SampleJournal",
            swiftSettings: common),

        // One stream of the shuffle, for a bench.
        .executableTarget(
            name: "shuffle-speed", dependencies: ["Worker"], path: "Tests/ShuffleSpeed", swiftSettings: common),

        .testTarget(
            name: "AcceptanceTests", dependencies: ["example-client", "martlet", "sample-journal", "SeededNumbers"],
            swiftSettings: common),
        .testTarget(
            name: "ClusterModelTests",
            dependencies: [
                "ClusterModel", "SeededNumbers", "Simulator", "Wire",
                .product(name: "BitCollections", package: "swift-collections"),
            ],
            exclude: ["Golden"],
            swiftSettings: common
        ),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "ClusterModel", "Coordinator", "EventLoop", "Simulator", "martlet", "Wire",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: common),
        .testTarget(
            name: "CoordinatorTests",
            dependencies: ["ClusterModel", "Coordinator", "EventLoop", "FileSystems", "Wire"],
            swiftSettings: common
        ),
        .testTarget(name: "EventLoopTests", dependencies: ["EventLoop"], swiftSettings: common),
        .testTarget(
            name: "FileSystemsTests", dependencies: ["FileSystems", "Records", "SeededNumbers"], swiftSettings: common),
        .testTarget(
            name: "MapReduceTests",
            dependencies: ["ClusterModel", "FileSystems", "MapReduce", "Records", "SeededNumbers"],
            swiftSettings: common
        ),
        .testTarget(name: "PatternsTests", dependencies: ["Patterns"], swiftSettings: common),
        .testTarget(name: "RecordsTests", dependencies: ["Records", "SeededNumbers"], swiftSettings: common),
        .testTarget(name: "RepositoryTests", swiftSettings: common),
        .testTarget(
            name: "SimulatorTests", dependencies: ["ClusterModel", "Simulator", "Wire"], exclude: ["Transcripts"],
            swiftSettings: common),
        .testTarget(name: "TransportTests", dependencies: ["EventLoop", "Transport", "Wire"], swiftSettings: common),
        .testTarget(
            name: "WireTests", dependencies: ["ClusterModel", "SeededNumbers", "Wire"], exclude: ["Golden"],
            swiftSettings: common),
        .testTarget(
            name: "WorkerTests",
            dependencies: [
                "ClusterModel", "EventLoop", "FileSystems", "MapReduce", "Records", "SeededNumbers", "Transport",
                "Wire", "Worker",
            ],
            swiftSettings: common),
    ],
    swiftLanguageModes: [.v6]
)
