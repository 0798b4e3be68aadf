import CZip

/// A zip archive in memory, for reading its entries.
struct ZipArchive: ~Copyable, ~Escapable {
    private let archive: OpaquePointer
    private let name: String
    private let packed: Span<UInt8>

    /// - Parameter name: the name of the bytes in errors: a file's path.
    /// - Throws: `PerceptronError.invalidFile` if they are not a zip archive.
    @_lifetime(copy packed)
    init(_ packed: Span<UInt8>, name: String) throws(PerceptronError) {
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        func failure() -> PerceptronError {
            .invalidFile("\(name): not a zip archive: \(String(cString: zip_error_strerror(&error)))")
        }
        // libzip accepts no bytes as an archive without entries.
        guard !packed.isEmpty else { throw .invalidFile("\(name): not a zip archive: the file is empty") }
        // libzip keeps the address; this value can't outlive the span.
        let source = packed.withUnsafeBufferPointer { bytes in
            zip_source_buffer_create(bytes.baseAddress, UInt64(bytes.count), 0, &error)
        }
        guard let source else { throw failure() }
        guard let archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error) else {
            zip_source_free(source)
            throw failure()
        }
        self.archive = archive
        self.name = name
        self.packed = packed
    }

    deinit { zip_discard(archive) }

    /// The names of the entries, in the archive's order.
    var names: [String] {
        (0..<max(0, zip_get_num_entries(archive, 0))).compactMap { index in
            zip_get_name(archive, UInt64(index), 0).map { String(cString: $0) }
        }
    }

    /// The entry with this name, decompressed as it is read.
    /// - Throws: `PerceptronError.invalidFile` if there is none, if it is encrypted or not compressed by deflate, or if
    ///   it claims more bytes than its compressed ones can hold.
    @_lifetime(borrow self)
    func entry(_ entryName: String) throws(PerceptronError) -> Entry {
        let label = "\(name): \(entryName)"
        var status = zip_stat_t()
        zip_stat_init(&status)
        guard zip_stat(archive, entryName, 0, &status) == 0 else {
            throw .invalidFile("\(name): no entry '\(entryName)'; the archive has \(names)")
        }
        let needed = UInt64(ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD)
        guard status.valid & needed == needed else {
            throw .invalidFile("\(label): the archive doesn't state its size")
        }
        guard status.encryption_method == UInt16(ZIP_EM_NONE) else { throw .invalidFile("\(label): is encrypted") }
        let isDeflated = status.comp_method == UInt16(ZIP_CM_DEFLATE)
        guard isDeflated || status.comp_method == UInt16(ZIP_CM_STORE) else {
            throw .invalidFile(
                "\(label): is compressed by method \(status.comp_method); deflate (8) and none (0) can be read")
        }
        let most = status.comp_size.multipliedReportingOverflow(by: UInt64(isDeflated ? Gzip.greatestRatio : 1))
        guard status.comp_size <= packed.count, !most.overflow, status.size <= most.partialValue else {
            throw .invalidFile(
                "\(label): claims \(counted(status.size, "byte")) from "
                    + "\(counted(status.comp_size, "compressed byte")), which is impossible"
            )
        }
        guard let file = zip_fopen_index(archive, status.index, 0) else {
            throw .invalidFile("\(label): \(String(cString: zip_strerror(archive)))")
        }
        return Entry(file: file, name: label, packedCount: Int(status.comp_size), archive: self)
    }

    /// The bytes of one entry; the checksum is verified at the end.
    struct Entry: ByteStream, ~Copyable, ~Escapable {
        private let file: OpaquePointer
        /// Its name in errors.
        let name: String
        /// The number of its compressed bytes.
        let packedCount: Int

        @_lifetime(borrow archive)
        fileprivate init(file: OpaquePointer, name: String, packedCount: Int, archive: borrowing ZipArchive) {
            self.file = file
            self.name = name
            self.packedCount = packedCount
        }

        deinit { zip_fclose(file) }

        mutating func read(into output: inout OutputSpan<UInt8>) throws(PerceptronError) {
            while !output.isFull {
                let count = output.withUnsafeMutableBufferPointer { buffer, count in
                    let read = zip_fread(file, buffer.baseAddress.map { $0 + count }, UInt64(buffer.count - count))
                    count += max(0, Int(read))
                    return read
                }
                guard count >= 0 else {
                    throw .invalidFile("\(name): \(String(cString: zip_error_strerror(zip_file_get_error(file))))")
                }
                if count == 0 { return }
            }
        }
    }
}
