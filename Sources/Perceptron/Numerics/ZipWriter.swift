import CZlib

/// Writes a zip archive, entry by entry, to a file (PKWARE's APPNOTE.TXT).
///
/// Sizes and offsets always have 64 bits (ZIP64): one form for archives of any size. Nothing depends on the time, so
/// the same entries give the same bytes.
struct ZipWriter: ~Copyable {
    private struct Entry {
        let name: [UInt8]
        let checksum: UInt32
        let packedCount: Int
        let count: Int
        let place: Int
    }

    private let isDeflated: Bool
    private var entries: [Entry] = []

    /// The longest name, in bytes.
    static let longestName = Int(UInt16.max)
    /// 4.5, the first version with ZIP64.
    private static let version: UInt16 = 45
    private static let namesAreUTF8: UInt16 = 1 << 11
    /// The first representable day, 1 January 1980.
    private static let date: UInt16 = 1 << 5 | 1

    /// - Parameter isDeflated: whether entries are compressed.
    init(isDeflated: Bool) { self.isDeflated = isDeflated }

    /// Appends an entry, given as two parts. Its compressed form is in memory before it is written.
    mutating func add(
        _ name: String, _ beginning: [UInt8], _ content: RawSpan, to file: inout AtomicFile
    ) throws(PerceptronError) {
        let checksum = ZipWriter.checksum(content, behind: ZipWriter.checksum(beginning.span.bytes, behind: 0))
        let count = beginning.count + content.byteCount
        var packed: [UInt8] = []
        if isDeflated {
            let deflater = Deflater(.none)
            deflater.pack(beginning.span.bytes, isLast: false, appendingTo: &packed)
            deflater.pack(content, isLast: true, appendingTo: &packed)
        }
        let entry = Entry(
            name: Array(name.utf8), checksum: checksum, packedCount: isDeflated ? packed.count : count,
            count: count, place: file.count)
        entries.append(entry)
        try file.write(header(entry, isCentral: false).span.bytes)
        if isDeflated {
            try file.write(packed.span.bytes)
        } else {
            try file.write(beginning.span.bytes)
            try file.write(content)
        }
    }

    /// CRC-32.
    private static func checksum(_ bytes: RawSpan, behind checksum: UInt32) -> UInt32 {
        bytes.withUnsafeBytes { bytes in
            // zlib treats a null pointer as a request for a new checksum.
            guard let first = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return checksum }
            return UInt32(crc32_z(UInt(checksum), first, bytes.count))
        }
    }

    /// Writes the central directory.
    mutating func finish(in file: inout AtomicFile) throws(PerceptronError) {
        let start = file.count
        for entry in entries { try file.write(header(entry, isCentral: true).span.bytes) }
        let end = file.count
        var bytes: [UInt8] = []
        // The ZIP64 end of central directory, whose size field doesn't count itself; its locator; and the old end
        // record, which refers to them.
        bytes.append(littleEndian: 0x0606_4B50 as UInt32)
        bytes.append(littleEndian: 44 as UInt64)
        for _ in 0..<2 { bytes.append(littleEndian: ZipWriter.version) }
        for _ in 0..<2 { bytes.append(littleEndian: 0 as UInt32) }
        for number in [entries.count, entries.count, end - start, start] { bytes.append(littleEndian: UInt64(number)) }
        bytes.append(littleEndian: 0x0706_4B50 as UInt32)
        bytes.append(littleEndian: 0 as UInt32)
        bytes.append(littleEndian: UInt64(end))
        bytes.append(littleEndian: 1 as UInt32)
        bytes.append(littleEndian: 0x0605_4B50 as UInt32)
        for number in [0, 0, .max, .max] as [UInt16] { bytes.append(littleEndian: number) }
        for _ in 0..<2 { bytes.append(littleEndian: UInt32.max) }
        bytes.append(littleEndian: 0 as UInt16)
        try file.write(bytes.span.bytes)
    }

    /// The header before an entry or, with its offset, its record in the central directory.
    private func header(_ entry: Entry, isCentral: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: isCentral ? 0x0201_4B50 : 0x0403_4B50 as UInt32)
        if isCentral { bytes.append(littleEndian: ZipWriter.version) }
        let method: UInt16 = isDeflated ? 8 : 0
        for number in [ZipWriter.version, ZipWriter.namesAreUTF8, method, 0, ZipWriter.date] {
            bytes.append(littleEndian: number)
        }
        bytes.append(littleEndian: entry.checksum)
        // Sizes and offset are in the extra field.
        for _ in 0..<2 { bytes.append(littleEndian: UInt32.max) }
        let numbers = [entry.count, entry.packedCount] + (isCentral ? [entry.place] : [])
        bytes.append(littleEndian: UInt16(entry.name.count))
        bytes.append(littleEndian: UInt16(4 + 8 * numbers.count))
        if isCentral {
            // No comment, the first disk, no attributes.
            for _ in 0..<3 { bytes.append(littleEndian: 0 as UInt16) }
            bytes.append(littleEndian: 0 as UInt32)
            bytes.append(littleEndian: UInt32.max)
        }
        bytes += entry.name
        bytes.append(littleEndian: 1 as UInt16)
        bytes.append(littleEndian: UInt16(8 * numbers.count))
        for number in numbers { bytes.append(littleEndian: UInt64(number)) }
        return bytes
    }
}
