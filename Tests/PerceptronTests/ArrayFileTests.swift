import Foundation
import Testing

@testable import Perceptron

/// Files of arrays that are as they should be.
@Suite struct ArrayFileTests {
    private func withFile(_ body: (URL) throws -> Void) throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "array-\(UUID())")
        defer { try? FileManager.default.removeItem(at: url) }
        try body(url)
    }

    // MARK: Every type, order and shape

    /// The number that IEEE 754 has for the bits of a half: (−1)^s · 2^(e − 15) · 1.f, or 2^−14 · 0.f where e is 0.
    static func half(_ bits: UInt16) -> Double {
        let (exponent, fraction) = (Int(bits >> 10 & 0x1F), Double(bits & 0x3FF) / 1024)
        let sign: FloatingPointSign = bits >> 15 == 0 ? .plus : .minus
        switch exponent {
        case 0x1F: return fraction != 0 ? .nan : sign == .plus ? .infinity : -.infinity
        case 0: return Double(sign: sign, exponent: -14, significand: fraction)
        default: return Double(sign: sign, exponent: exponent - 15, significand: 1 + fraction)
        }
    }

    @Test func everyHalf() throws {
        let all = UInt16.min...UInt16.max
        let expected = all.map(Self.half)
        for (order, bytes) in [
            ("<", all.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }),
            (">", all.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }),
        ] {
            let file = ArrayBytes.npy(descr: "\(order)f2", shape: "(65536,)", bytes)
            #expect(sameBits(try ArrayFormat.npy.matrix(file.span, name: "", of: Double.self).elements, expected))
            #expect(
                sameBits(
                    try ArrayFormat.npy.matrix(file.span, name: "", of: Float.self).elements,
                    expected.map { Float($0) }))
        }
    }

    /// Random numbers of a type, and their bytes, least significant first.
    private func numbers(_ kind: NumberFormat.Kind, _ count: Int, _ generator: inout RandomGenerator) -> [(
        value: Double, bytes: [UInt8]
    )] {
        (0..<count).map { _ in
            let bits = generator.next()
            func integer<Stored: FixedWidthInteger>(_: Stored.Type) -> (Double, [UInt8]) {
                let value = Stored(truncatingIfNeeded: bits)
                return (Double(value), ArrayBytes.little(Int(truncatingIfNeeded: value), bytes: kind.size))
            }
            switch kind {
            case .bool: return (bits & 1 == 0 ? 0 : 1, [bits & 1 == 0 ? 0 : UInt8(1 + bits >> 57)])
            case .int8: return integer(Int8.self)
            case .int16: return integer(Int16.self)
            case .int32: return integer(Int32.self)
            case .int64: return integer(Int64.self)
            case .uint8: return integer(UInt8.self)
            case .uint16: return integer(UInt16.self)
            case .uint32: return integer(UInt32.self)
            case .uint64: return integer(UInt64.self)
            // All bit patterns: subnormal numbers, infinity and NaN too.
            case .float16:
                let half = UInt16(truncatingIfNeeded: bits)
                return (Self.half(half), ArrayBytes.little(Int(half), bytes: 2))
            case .float32:
                let special: [Float] = [-0.0, .infinity, .nan, .leastNonzeroMagnitude]
                let value = bits & 7 == 0 ? special[Int(bits >> 62)] : Float(bitPattern: UInt32(bits >> 32))
                return (Double(value), ArrayBytes.little(Int(value.bitPattern), bytes: 4))
            case .float64:
                let special = [-0.0, .infinity, .nan, .leastNonzeroMagnitude]
                let value = bits & 7 == 0 ? special[Int(bits >> 62)] : Double(bitPattern: bits)
                return (value, ArrayBytes.little(Int(bitPattern: UInt(value.bitPattern)), bytes: 8))
            }
        }
    }

    /// The place in a file of each element, taken in C order.
    private func places(_ shape: [Int], isColumnMajor: Bool) -> [Int] {
        var strides: [Int] = []
        var stride = 1
        for size in isColumnMajor ? shape : shape.reversed() {
            strides.append(stride)
            stride *= size
        }
        if !isColumnMajor { strides.reverse() }
        return (0..<stride).map { element in
            var rest = element
            return zip(shape, strides).reversed().reduce(0) { place, dimension in
                defer { rest /= dimension.0 }
                return place + rest % dimension.0 * dimension.1
            }
        }
    }

    @Test(arguments: NumberFormat.Kind.allCases, [false, true])
    func npyOfEveryLayout(_ kind: NumberFormat.Kind, isBigEndian: Bool) throws {
        var generator = RandomGenerator(seed: 7)
        for shape in [[], [1], [9], [3, 5], [70, 3], [2, 3, 4], [67, 2, 3, 2], [4, 0], [0, 7]] {
            for isColumnMajor in [false, true] {
                let places = places(shape, isColumnMajor: isColumnMajor)
                let numbers = numbers(kind, places.count, &generator)
                let bytes = ArrayBytes.npy(
                    descr: "\(isBigEndian ? ">" : "<")\(kind.rawValue)", isColumnMajor: isColumnMajor,
                    shape: describe(shape), numbers.flatMap { isBigEndian ? $0.bytes.reversed() : $0.bytes })
                let expected = places.map { numbers[$0].value }
                let columns = shape.dropFirst().reduce(1, *)
                let double = try ArrayFormat.npy.matrix(bytes.span, name: "", of: Double.self)
                #expect(double.rows == shape.first ?? 1 && double.columns == columns)
                #expect(sameBits(double.elements, expected), "\(shape)")
                let gzipped = try ArrayFormat.npy.matrix(ArrayBytes.gzip(bytes).span, name: "", of: Double.self)
                #expect(sameBits(gzipped.elements, expected))
                if kind.size < 8 {
                    let float = try ArrayFormat.npy.matrix(bytes.span, name: "", of: Float.self)
                    #expect(sameBits(float.elements, expected.map { Float($0) }), "\(shape)")
                }
                // Some rows, into a matrix with a gap after each.
                let layout = try ArrayFormat.npy.layout(of: bytes.span, name: "")
                let range = double.rows / 3..<double.rows
                var elements = [Double](repeating: 5, count: range.count * (columns + 2))
                var view = MutableMatrixView(
                    rows: range.count, columns: columns, stride: columns + 2, elements: elements.mutableSpan)
                layout.read(rows: range, of: bytes.span, into: &view)
                for row in range {
                    let start = (row - range.lowerBound) * (columns + 2)
                    let found = Array(elements[start..<start + columns + 2])
                    #expect(sameBits(found, Array(expected[row * columns..<(row + 1) * columns]) + [5, 5]))
                }
            }
        }
    }

    @Test func integersOf64BitsAreRoundedToTheNearestScalar() throws {
        func read<Scalar: BLASScalar>(_ descr: String, _ value: UInt64, _: Scalar.Type) throws -> Scalar {
            let bytes = ArrayBytes.little(Int(truncatingIfNeeded: value), bytes: 8)
            let file = ArrayBytes.npy(descr: descr, shape: "(1,)", bytes)
            return try ArrayFormat.npy.matrix(file.span, name: "", of: Scalar.self).elements[0]
        }
        // Half way between two floats, and a little more, which Double can't hold: rounded once, not twice.
        let value: UInt64 = 1 << 62 | 1 << 38 | 1
        #expect(try read("<i8", value, Float.self) == Float(sign: .plus, exponent: 62, significand: 1).nextUp)
        #expect(try read("<u8", value, Float.self) == Float(sign: .plus, exponent: 62, significand: 1).nextUp)
        #expect(try read("<i8", .max, Double.self) == -1)
        #expect(try read("<u8", .max, Double.self) == 0x1p64)
    }

    @Test(
        arguments: [
            "{'shape':(2,),'fortran_order':False,'descr':'|u1'}",
            "  { \"descr\" : \"|u1\" , \"shape\" : ( 2 , ) , \"fortran_order\" : True , }  \n",
            "{'descr': 'u1', 'fortran_order': False, 'shape': (2L,), }",
            "{'descr': '=u1', 'fortran_order': False, 'shape': (2, 1)}",
            "{'descr': '<u1', 'fortran_order': False, 'shape': (2,\n\t1L,)}",
        ])
    func headersThatSayTheSame(_ header: String) throws {
        for version in 1...3 as ClosedRange<UInt8> {
            let bytes = ArrayBytes.npy(header, version: (version, 0), [3, 200])
            let matrix = try ArrayFormat.npy.matrix(bytes.span, name: "", of: Float.self)
            #expect(matrix == Matrix([[3], [200]]))
            #expect(try ArrayFormat.npy.labels(bytes.span, name: "") == [3, 200])
        }
    }

    // MARK: Labels

    @Test func labelsOfEveryType() throws {
        for kind in NumberFormat.Kind.allCases {
            let values = kind == .bool ? [1, 0, 1] : [0, 1, 100]
            let bytes = values.flatMap { value -> [UInt8] in
                switch kind {
                case .float16: ArrayBytes.little([0: 0, 1: 0x3C00, 100: 0x5640][value] ?? 0, bytes: 2)
                case .float32: ArrayBytes.little(Int(Float(value).bitPattern), bytes: 4)
                case .float64: ArrayBytes.little(Int(Double(value).bitPattern), bytes: 8)
                default: ArrayBytes.little(value, bytes: kind.size)
                }
            }
            let swapped = stride(from: 0, to: bytes.count, by: kind.size).flatMap {
                bytes[$0..<$0 + kind.size].reversed()
            }
            for (order, bytes) in [("<", bytes), (">", swapped)] {
                let file = ArrayBytes.npy(descr: order + kind.rawValue, shape: "(3,)", bytes)
                #expect(try ArrayFormat.npy.labels(file.span, name: "") == values, "\(order)\(kind)")
            }
        }
        let negative = ArrayBytes.npy(descr: "<i2", shape: "()", [0xfe, 0xff])
        #expect(try ArrayFormat.npy.labels(negative.span, name: "") == [-2])
    }

    // MARK: IDX

    @Test(
        arguments: [
            (0x08, [0, 1, 200], [0, 1, 200]), (0x09, [0, 1, 200], [0, 1, -56]),
            (0x0B, [0, 1, 0xff, 0xfe], [1, -2]), (0x0C, [0, 1, 0, 0, 0xff, 0xff, 0xff, 0xff], [65536, -1]),
            (0x0D, [0x3f, 0xc0, 0, 0], [1.5]), (0x0E, [0xbf, 0xf8, 0, 0, 0, 0, 0, 0], [-1.5]),
        ] as [(UInt8, [UInt8], [Double])])
    func idxOfEveryType(_ kind: UInt8, _ bytes: [UInt8], _ expected: [Double]) throws {
        try withFile { url in
            for isGzipped in [false, true] {
                let column = ArrayBytes.idx(kind, [UInt32(expected.count)], bytes)
                try Data(isGzipped ? ArrayBytes.gzip(column) : column).write(to: url)
                #expect(try Matrix<Double>(idx: url) == Matrix(expected.map { [$0] }))
                #expect(try Matrix<Float>(idx: url) == Matrix(expected.map { [Float($0)] }))
                if expected.allSatisfy({ $0 == $0.rounded() }) {
                    #expect(try [Int](idx: url) == expected.map { Int($0) })
                }
                let row = ArrayBytes.idx(kind, [1, 1, UInt32(expected.count)], bytes)
                try Data(isGzipped ? ArrayBytes.gzip(row) : row).write(to: url)
                #expect(try Matrix<Double>(idx: url) == Matrix([expected]))
            }
        }
    }

    @Test func gzipOfSeveralMembers() throws {
        let bytes = ArrayBytes.idx(8, [200_000], (0..<200_000).map { UInt8(truncatingIfNeeded: $0 * 7) })
        let parts = [bytes[..<3], bytes[3..<3], bytes[3..<70_000], bytes[70_000...]]
        let gzipped = parts.flatMap { ArrayBytes.gzip(Array($0)) }
        let expected = try ArrayFormat.idx.labels(bytes.span, name: "")
        #expect(expected[199_999] == Int(UInt8(truncatingIfNeeded: 199_999 * 7)))
        #expect(try ArrayFormat.idx.labels(gzipped.span, name: "") == expected)
    }

    // MARK: .npz

    @Test func npzHasItsArraysByName() throws {
        let corpus = try #require(Bundle.module.url(forResource: "Corpus/npz", withExtension: nil))
        for name in ["good-stored", "good-deflated", "good-other-entries"] {
            let url = corpus.appending(path: name)
            let file = try NPZFile(url)
            #expect(file.names == ["x", "labels"])
            #expect(try file.matrix("x") == Matrix<Double>([[0, 1, 2], [3, 4, 5]]))
            #expect(try file.matrix("x", of: Float.self) == Matrix([[0, 1, 2], [3, 4, 5]]))
            #expect(try Matrix<Double>(npz: url, name: "labels") == Matrix([[0], [1], [2]]))
            #expect(try file.labels("labels") == [0, 1, 2])
        }
    }

    // MARK: Round trips

    @Test func whatIsWrittenIsReadAgain() throws {
        try withFile { url in
            var generator = RandomGenerator(seed: 3)
            func roundTrip<Scalar: BLASScalar>(_ scalar: Scalar.Type, _ random: (UInt64) -> Scalar) throws {
                for _ in 0..<30 {
                    let (rows, columns) = (generator.nextInteger(below: 20), generator.nextInteger(below: 20))
                    let special: [Scalar] = [
                        0, -0.0, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .leastNormalMagnitude,
                    ]
                    let elements = (0..<rows * columns).map { _ in
                        generator.nextInteger(below: 3) == 0
                            ? special[generator.nextInteger(below: special.count)] : random(generator.next())
                    }
                    let matrix = Matrix(rows: rows, columns: columns, elements: elements)
                    try matrix.write(npy: url)
                    let read = try Matrix<Scalar>(npy: url)
                    #expect(read.rows == rows && read.columns == columns)
                    #expect(sameBits(read.elements, elements))
                }
            }
            try roundTrip(Double.self) { Double(bitPattern: $0) }
            try roundTrip(Float.self) { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
        }
    }

    @Test func headersAreNumPysToTheByte() {
        let header = NPYHeader(format: NumberFormat(kind: .float64, isBigEndian: false), shape: [2, 3])
        let text = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }"
        #expect(
            header.encoded == NPYHeader.magic + [1, 0, 118, 0] + (text + String(repeating: " ", count: 58) + "\n").utf8)
    }

    // MARK: Mapped

    @Test func mappedRowsAreTheFilesRows() throws {
        try withFile { url in
            var generator = RandomGenerator(seed: 5)
            let matrix = generator.matrix(100, 7, of: Double.self)
            try matrix.write(npy: url)
            let mapped = try MappedMatrix<Double>(npy: url)
            #expect(mapped.rows == 100 && mapped.columns == 7)
            #expect(mapped.rows(0..<100) == matrix)
            #expect(mapped.rows(40..<40) == matrix.rows([]))
            #expect(mapped.rows([99, 0, 5, 5]) == matrix.rows([99, 0, 5, 5]))
            guard let view = mapped.view else {
                Issue.record("a view of the file's own memory was possible")
                return
            }
            let (rows, corners) = (view.rows, [view[99, 6], view[3, 2]])
            #expect(rows == 100 && corners == [matrix[99, 6], matrix[3, 2]])
            // What has been given back is read again.
            mapped.release(rows: 0..<100)
            mapped.release(rows: 3..<3)
            let again = view[50, 1]
            #expect(again == matrix[50, 1])
            #expect(mapped.rows(20..<30) == matrix.rows(20..<30))
            // Another type is converted, and has no view.
            let float = try MappedMatrix<Float>(npy: url)
            let hasView = float.view != nil
            #expect(!hasView)
            #expect(float.rows(1..<3) == Matrix<Float>(matrix.rows([1, 2])))
        }
    }

    @Test func mappedFilesOfOtherLayouts() throws {
        try withFile { url in
            func file(_ order: String, isColumnMajor: Bool, padding: Int) -> [UInt8] {
                let numbers = (1...6).flatMap { value in
                    let bytes = ArrayBytes.little(Int(Double(value).bitPattern), bytes: 8)
                    return order == "<" ? bytes : bytes.reversed()
                }
                let header =
                    "{'descr': '\(order)f8', 'fortran_order': \(isColumnMajor ? "True" : "False"), 'shape': (3, 2), }"
                let spaces = 64 - (10 + header.utf8.count) % 64 + padding
                return ArrayBytes.npy(header + String(repeating: " ", count: spaces), numbers)
            }
            for (order, isColumnMajor, padding, hasView) in [
                ("<", false, 0, !NumberFormat.machineIsBigEndian), (">", false, 0, NumberFormat.machineIsBigEndian),
                ("<", true, 0, false), ("<", false, 3, false),
            ] {
                try Data(file(order, isColumnMajor: isColumnMajor, padding: padding)).write(to: url)
                let mapped = try MappedMatrix<Double>(npy: url)
                let found = mapped.view != nil
                #expect(found == hasView)
                #expect(
                    mapped.rows(0..<3)
                        == Matrix(isColumnMajor ? [[1, 4], [2, 5], [3, 6]] : [[1, 2], [3, 4], [5, 6]]))
                mapped.release(rows: 1..<2)
                #expect(mapped.rows([1]) == Matrix([isColumnMajor ? [2, 5] : [3, 4]]))
            }
            try Data(ArrayBytes.idx(8, [2, 1, 2], [1, 2, 3, 4])).write(to: url)
            #expect(try MappedMatrix<Float>(idx: url).rows(1..<2) == Matrix([[3, 4]]))
            try Data(ArrayBytes.gzip(ArrayBytes.idx(8, [1], [1]))).write(to: url)
            let path = url.path(percentEncoded: false)
            #expect(
                throws: PerceptronError.invalidFile(
                    "\(path): is gzipped; only an uncompressed file can be mapped")
            ) { try MappedMatrix<Float>(idx: url) }
        }
    }
}
