// swift-tools-version: 6.2
import PackageDescription

/// One list for every target.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),  // SE-0458
  .treatWarning("StrictMemorySafety", as: .error),  // SE-0443
  .enableUpcomingFeature("ExistentialAny"),  // SE-0335
  .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
  .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
  .enableExperimentalFeature("Lifetimes"),  // SE-0446: spans that are returned
]

let package = Package(
  name: "lossmap",
  products: [
    .executable(name: "lossmap", targets: ["lossmap"]),
    .library(name: "AOF", targets: ["AOF"]),
    .library(name: "BinaryInput", targets: ["BinaryInput"]),
    .library(name: "Impact", targets: ["Impact"]),
    .library(name: "Keyspace", targets: ["Keyspace"]),
    .library(name: "RDB", targets: ["RDB"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    .target(name: "AOF", dependencies: ["BinaryInput"], swiftSettings: settings),
    .target(name: "Archive", dependencies: ["BinaryInput", "CArchive"], swiftSettings: settings),
    .target(
      name: "Backup", dependencies: ["AOF", "Archive", "BinaryInput", "RDB"],
      swiftSettings: settings),
    .target(name: "BinaryInput", dependencies: ["CCRC64", "CLZF"], swiftSettings: settings),
    .systemLibrary(name: "CArchive", providers: [.apt(["libarchive-dev"])]),
    .target(name: "CCRC64"),
    .systemLibrary(name: "CLZF", providers: [.apt(["liblzf-dev"])]),
    .systemLibrary(name: "CPCRE2", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(name: "CXXHash", providers: [.apt(["libxxhash-dev"])]),
    .target(
      name: "Diff",
      dependencies: ["BinaryInput", "Hashing", "Impact", "Keyspace", "Patterns", "RDB"],
      swiftSettings: settings),
    .target(
      name: "Hashing",
      dependencies: ["CXXHash", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: settings),
    .target(
      name: "Impact",
      dependencies: [
        "AOF", "BinaryInput", "Hashing", "Keyspace", "Patterns", "RDB",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Yams", package: "Yams"),
      ],
      resources: [.embedInCode("Resources/bitrun.yaml")],
      swiftSettings: settings),
    .target(
      name: "Keyspace", dependencies: ["AOF", "BinaryInput", "Hashing", "RDB"],
      swiftSettings: settings),
    .target(
      name: "Memory",
      dependencies: ["BinaryInput", "Hashing", "Impact", "Keyspace", "RDB"],
      swiftSettings: settings),
    .target(name: "Patterns", dependencies: ["CPCRE2"], swiftSettings: settings),
    .target(
      name: "Preflight",
      dependencies: [
        "AOF", "BinaryInput", "Hashing", "Impact", "Keyspace", "Memory", "RDB",
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: settings),
    .target(name: "RDB", dependencies: ["BinaryInput"], swiftSettings: settings),
    .target(
      name: "Reports",
      dependencies: [
        "AOF", "BinaryInput", "Diff", "Hashing", "Impact", "Keyspace", "Memory",
        "Preflight", "RDB",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [
        .embedInCode("HTML/Templates/block.mustache"),
        .embedInCode("HTML/Templates/cell.mustache"),
        .embedInCode("HTML/Templates/figure.mustache"),
        .embedInCode("HTML/Templates/page.mustache"),
        .embedInCode("HTML/Templates/report.css"),
        .embedInCode("HTML/Templates/report.js"),
        .embedInCode("HTML/Templates/table.mustache"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "lossmap",
      dependencies: [
        "AOF", "Archive", "Backup", "BinaryInput", "Diff", "Hashing", "Impact", "Keyspace",
        "Memory", "Patterns", "Preflight", "RDB", "Reports",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: settings),

    // How the libraries are used. Compiled with the tests, and run by them.
    .executableTarget(
      name: "example-own-policy", dependencies: ["BinaryInput", "Impact", "Keyspace"],
      path: "Examples/OwnPolicy", swiftSettings: settings),
    .executableTarget(
      name: "example-sum-by-prefix", dependencies: ["BinaryInput", "Keyspace"],
      path: "Examples/SumByPrefix", swiftSettings: settings),
    .executableTarget(
      name: "example-walk-keys", dependencies: ["BinaryInput", "RDB"], path: "Examples/WalkKeys",
      swiftSettings: settings),

    // What tests share: the corpus, fixtures, temporary files, a real server.
    .target(
      name: "TestSupport", dependencies: ["BinaryInput"], path: "Tests/TestSupport",
      swiftSettings: settings),
    .testTarget(
      name: "AOFTests", dependencies: ["AOF", "BinaryInput", "TestSupport"], swiftSettings: settings
    ),
    .testTarget(
      name: "ArchiveTests", dependencies: ["Archive", "BinaryInput", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "BackupTests", dependencies: ["AOF", "Backup", "BinaryInput", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "BinaryInputTests", dependencies: ["BinaryInput", "CCRC64", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "DiffTests",
      dependencies: [
        "BinaryInput", "Diff", "Hashing", "Impact", "Keyspace", "Patterns", "RDB", "TestSupport",
      ],
      swiftSettings: settings),
    // Held against a real server.
    .testTarget(
      name: "OracleTests",
      dependencies: ["AOF", "BinaryInput", "Hashing", "Keyspace", "RDB", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "PatternsTests", dependencies: ["Patterns", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "PreflightTests",
      dependencies: ["BinaryInput", "Keyspace", "Preflight", "RDB", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "RDBTests", dependencies: ["BinaryInput", "RDB", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "KeyspaceTests",
      dependencies: ["AOF", "BinaryInput", "Hashing", "Keyspace", "RDB", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "MemoryTests",
      dependencies: [
        "BinaryInput", "Hashing", "Impact", "Keyspace", "Memory", "Patterns", "RDB",
        "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ImpactTests",
      dependencies: [
        "AOF", "BinaryInput", "Impact", "Keyspace", "Patterns", "RDB", "TestSupport",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ReportsTests", dependencies: ["Impact", "Preflight", "Reports", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "TestSupport", "example-own-policy", "example-sum-by-prefix", "example-walk-keys",
        "lossmap", .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: settings),
  ]
)
