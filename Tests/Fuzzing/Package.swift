// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the root graph stays light and everything it builds is instrumented:
// `make fuzz` builds it with the fuzzer's instrumentation.
let settings: [SwiftSetting] = [.unsafeFlags(["-parse-as-library"])]

let package = Package(
  name: "Fuzzing",
  dependencies: [.package(name: "lossmap", path: "../..")],
  targets: ["FuzzFile", "FuzzPayload", "FuzzValue"].map { name in
    .executableTarget(
      name: name,
      dependencies: [
        .product(name: "Keyspace", package: "lossmap"), .product(name: "RDB", package: "lossmap"),
        .product(name: "BinaryInput", package: "lossmap"),
      ],
      swiftSettings: settings)
  })
