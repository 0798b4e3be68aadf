// swift-tools-version: 6.3
import PackageDescription

let package = Package(
    name: "swift-perceptron",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Perceptron", targets: ["Perceptron"]),
        // Separate, so that only those who use ONNX build it.
        .library(name: "PerceptronONNX", targets: ["PerceptronONNX"]),
        // Training on many machines. Empty without the trait MPI, so that only those who ask for it need MPI.
        .library(name: "PerceptronMPI", targets: ["PerceptronMPI"]),
        // Models of tables on the command line.
        .executable(name: "perceptron", targets: ["PerceptronCommand"]),
        // Checks for layers, losses and optimizers of your own; it needs no test framework.
        .library(name: "PerceptronTesting", targets: ["PerceptronTesting"]),
    ],
    traits: [
        .trait(name: "MPI", description: "Training across processes with MPI (Open MPI; libopenmpi-dev)"),
        .default(enabledTraits: []),
    ],
    dependencies: [
        // The arguments of the commands; a package that depends on the library alone doesn't build it.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
    ],
    targets: [
        .systemLibrary(
            name: "CBLAS", pkgConfig: "openblas",
            providers: [.apt(["libopenblas-dev"]), .brew(["openblas"])]),
        .systemLibrary(
            name: "CLAPACKE", pkgConfig: "lapacke",
            providers: [.apt(["liblapacke-dev"]), .brew(["lapack"])]),
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(
            name: "CZip", pkgConfig: "libzip",
            providers: [.apt(["libzip-dev"]), .brew(["libzip"])]),
        // Part of a build with the trait MPI alone.
        .systemLibrary(
            name: "CMPI", pkgConfig: "ompi-c",
            providers: [.apt(["libopenmpi-dev"]), .brew(["open-mpi"])]),
        .target(name: "CKernels"),
        .target(
            name: "Perceptron",
            dependencies: ["CBLAS", "CLAPACKE", "CZlib", "CZip", "CKernels"],
            swiftSettings: [.enableExperimentalFeature("Lifetimes")]),
        .target(
            name: "PerceptronONNX", dependencies: ["Perceptron"],
            swiftSettings: [.enableExperimentalFeature("Lifetimes")]),
        .target(
            name: "PerceptronMPI",
            dependencies: ["Perceptron", .target(name: "CMPI", condition: .when(traits: ["MPI"]))]),
        .target(name: "PerceptronTesting", dependencies: ["Perceptron"]),
        // Not called as its product: where names of files have no case, it would be the library.
        .executableTarget(
            name: "PerceptronCommand",
            dependencies: [
                "Perceptron", "PerceptronONNX", .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .target(name: "PerceptronMPI", condition: .when(traits: ["MPI"])),
            ]),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "Perceptron", "CBLAS", "CKernels", .target(name: "PerceptronMPI", condition: .when(traits: ["MPI"])),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks", exclude: ["peers", "results"]),
        .executableTarget(
            name: "Digits", dependencies: ["Perceptron"], path: "Examples/Digits",
            exclude: ["DATA-LICENSE.md"], resources: [.copy("digits.csv")]),
        .executableTarget(
            name: "BreastCancer", dependencies: ["Perceptron"], path: "Examples/BreastCancer",
            exclude: ["DATA-LICENSE.md", "make_csv.py"], resources: [.copy("breast_cancer.csv")]),
        .executableTarget(
            name: "FashionMNIST", dependencies: ["Perceptron"], path: "Examples/FashionMNIST",
            exclude: ["curves.svg"]),
        .executableTarget(
            name: "Cluster",
            dependencies: ["Perceptron", .target(name: "PerceptronMPI", condition: .when(traits: ["MPI"]))],
            path: "Examples/Cluster", exclude: ["train.slurm"]),
        .executableTarget(name: "XOR", dependencies: ["Perceptron"], path: "Examples/XOR"),
        .executableTarget(name: "Surrogate", dependencies: ["Perceptron"], path: "Examples/Surrogate"),
        .executableTarget(
            name: "CurveFit", dependencies: ["Perceptron"], path: "Examples/CurveFit", exclude: ["curve.svg"]),
        // Built with --sanitize=fuzzer by Scripts/fuzz.
        .executableTarget(name: "Fuzz", dependencies: ["Perceptron", "PerceptronONNX"], path: "Fuzz"),
        .testTarget(
            name: "PerceptronTests", dependencies: ["Perceptron", "PerceptronTesting", "TestSupport"],
            resources: [.copy("Golden"), .copy("Corpus")]),
        .testTarget(
            name: "InteroperabilityTests", dependencies: ["Perceptron", "PerceptronONNX", "TestSupport"],
            exclude: ["Scripts"]),
        .testTarget(
            name: "PerceptronONNXTests", dependencies: ["Perceptron", "PerceptronONNX", "TestSupport"],
            exclude: ["Golden", "make_folding_golden.py", "make_onnx_golden.py"]),
        // Runs what is built beside it.
        .testTarget(
            name: "PerceptronCommandTests", dependencies: ["Perceptron", "TestSupport"], resources: [.copy("Tables")]),
        .target(name: "TestSupport", dependencies: ["Perceptron"], path: "Tests/TestSupport"),
        .target(name: "ProcessSupport", path: "Tests/ProcessSupport"),
        // Started by PerceptronTests, and killed.
        .executableTarget(
            name: "KilledWriter", dependencies: ["Perceptron", "ProcessSupport"], path: "Tests/KilledWriter"),
        // Started under mpirun by Scripts/test --mpi.
        .executableTarget(
            name: "MPIProgram",
            dependencies: ["Perceptron", .target(name: "PerceptronMPI", condition: .when(traits: ["MPI"]))],
            path: "Tests/MPIProgram", exclude: ["check"]),
        .testTarget(name: "ProcessTests", dependencies: ["Perceptron", "ProcessSupport"]),
        .testTarget(name: "CustomLayerTests", dependencies: ["Perceptron", "PerceptronTesting", "TestSupport"]),
        .testTarget(name: "PerceptronTestingTests", dependencies: ["Perceptron", "PerceptronTesting", "TestSupport"]),
        // The code of the README and the articles; the plugin makes functions of it.
        .testTarget(
            name: "DocumentationTests",
            dependencies: ["Perceptron", "PerceptronONNX", "PerceptronTesting", "TestSupport"],
            plugins: ["DocumentationPlugin"]),
        .plugin(
            name: "DocumentationPlugin", capability: .buildTool(), dependencies: ["DocumentationCode"],
            path: "Tests/DocumentationPlugin"),
        .executableTarget(name: "DocumentationCode", path: "Tests/DocumentationCode"),
    ],
    swiftLanguageModes: [.v6]
)

// Needed for the documentation alone: Scripts/docs asks for it, and nobody else fetches it.
if Context.environment["PERCEPTRON_DOCUMENTATION"] != nil {
    package.dependencies.append(.package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.3"))
}

// The tests that look at the whole process, and those of the command, are optimised, and nobody waits for the optimiser to go
// through all others.
if Context.environment["ISOLATED_PROCESS"] == "1" {
    let needed = [
        "CBLAS", "CLAPACKE", "CZlib", "CZip", "CKernels", "Perceptron", "PerceptronONNX", "CMPI", "PerceptronMPI",
        "PerceptronCommand", "ProcessSupport", "ProcessTests", "TestSupport", "PerceptronCommandTests",
    ]
    package.targets.removeAll { !needed.contains($0.name) }
    package.products.removeAll { $0.name != "perceptron" }
}
