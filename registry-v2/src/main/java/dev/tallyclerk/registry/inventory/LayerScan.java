package dev.tallyclerk.registry.inventory;

import dev.tallyclerk.registry.analysis.ContentConsumer;
import dev.tallyclerk.registry.analysis.LayerAnalysis;
import dev.tallyclerk.registry.internal.inventory.ContentSink;
import dev.tallyclerk.registry.internal.inventory.Doubt;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.FileScan;
import dev.tallyclerk.registry.internal.inventory.KeptBytes;
import dev.tallyclerk.registry.internal.inventory.MemoryBudget;
import dev.tallyclerk.registry.internal.inventory.ReadLimits;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import dev.tallyclerk.registry.internal.inventory.WholeFile;
import dev.tallyclerk.registry.internal.inventory.binary.CompiledProgram;
import dev.tallyclerk.registry.internal.inventory.java.JavaArchive;
import dev.tallyclerk.registry.internal.inventory.java.PomProperties;
import dev.tallyclerk.registry.internal.inventory.language.NpmPackage;
import dev.tallyclerk.registry.internal.inventory.language.PythonMetadata;
import dev.tallyclerk.registry.internal.inventory.rpm.RpmDatabase;
import dev.tallyclerk.registry.inventory.LayerFindings.FoundFile;
import dev.tallyclerk.registry.inventory.LayerFindings.Use;
import dev.tallyclerk.registry.layer.LayerEntry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the files of one layer that say which packages there are. Belongs to one thread. */
final class LayerScan implements LayerAnalysis<LayerFindings> {
    /** The position of findings that are about no entry. */
    static final int OVERFLOW = -1;

    /** The note of an rpm database that was read with its write-ahead log. */
    static final String READ_WITH_LOG = "log";

    private static final int FILE_BYTES = 400;

    private final ReadLimits limits;
    private final MemoryBudget budget;
    private final Map<Integer, FoundFile> files = new HashMap<>();

    private boolean hasHardLinks;

    /** The last database and log of each folder. */
    private final Map<String, Kept> databases = new HashMap<>();

    private final Map<String, Kept> logs = new HashMap<>();

    /** A file of an rpm database, which is read at the end of the layer. */
    private record Kept(FileFindings findings, KeptBytes bytes) {}

    LayerScan(InventoryLimits limits, MemoryBudget budget) {
        this.limits = new ReadLimits(
                limits.maxDatabaseBytes(),
                limits.maxDocumentBytes(),
                limits.maxArchiveBytes(),
                limits.maxArchiveEntries(),
                limits.maxArchiveDepth());
        this.budget = budget;
    }

    @Override
    public Optional<ContentConsumer> entry(LayerEntry entry) {
        hasHardLinks |= entry.type() == LayerEntry.Type.HARD_LINK;
        if (entry.type() != LayerEntry.Type.FILE || entry.whiteout().isPresent()) {
            return Optional.empty();
        }
        String path = entry.path();
        FileFindings findings = new FileFindings(limits, budget);
        Optional<FileKind> kind = FileKind.of(path);
        if (kind.isPresent()) {
            return Optional.of(scan(entry, kind.get(), findings));
        }
        Optional<SinkFactory> archive = archive(path);
        if (archive.isPresent()) {
            add(entry, Use.INSTALLATION, findings);
            return archive.map(of -> new FileScan(findings, of.reader(findings)));
        }
        return entry.size() < CompiledProgram.MIN_BYTES
                ? Optional.empty()
                : Optional.of(new ProgramScan(findings, () -> add(entry, Use.PROGRAM, findings)));
    }

    /** Makes the reader of a file, which adds what it finds. */
    @FunctionalInterface
    private interface SinkFactory {
        ContentSink reader(FileFindings into);
    }

    /** {@return how an archive, or what lies in one, is read; nothing if the path is that of another file} */
    private static Optional<SinkFactory> archive(String path) {
        if (JavaArchive.isName(path)) {
            return Optional.of(JavaArchive::new);
        }
        if (PomProperties.isName(path)) {
            return Optional.of(PomProperties::ofFile);
        }
        if (PythonMetadata.isArchive(path)) {
            return Optional.of(into -> JavaArchive.withDocument(PythonMetadata::isEntry, new PythonMetadata(), into));
        }
        return NpmPackage.isArchive(path)
                ? Optional.of(into -> JavaArchive.withDocument(NpmPackage::isInstalled, new NpmPackage(), into))
                : Optional.empty();
    }

    /** {@return whether a file at the path is read because of its name, wherever it lies} */
    static boolean isInstallation(String path) {
        return archive(path).isPresent()
                || FileKind.of(path)
                        .filter(kind -> kind.role() == FileKind.Role.INSTALLATION || kind.role() == FileKind.Role.CLAIM)
                        .isPresent();
    }

    /** Reads a file if its first bytes are those of a program. */
    private static final class ProgramScan implements ContentConsumer {
        private final FileFindings findings;
        private final Runnable found;
        private @Nullable FileScan scan;

        ProgramScan(FileFindings findings, Runnable found) {
            this.findings = findings;
            this.found = found;
        }

        @Override
        public boolean update(byte[] buffer, int offset, int length) {
            if (scan == null) {
                if (length < CompiledProgram.MIN_BYTES || !CompiledProgram.isProgram(buffer, offset)) {
                    return false;
                }
                found.run();
                scan = new FileScan(findings, CompiledProgram.reader(buffer, offset, findings));
            }
            return scan.update(buffer, offset, length);
        }

        @Override
        public void finish() {
            if (scan != null) {
                scan.finish();
            }
        }
    }

    private void add(LayerEntry entry, Use use, FileFindings findings) {
        try {
            budget.take(memoryBytes(entry.path()));
            files.put(entry.position(), new FoundFile(entry.path(), use, findings));
        } catch (UnreadableException e) {
            overflow(e.doubt());
        }
    }

    /** There is no memory to say which files are missing. */
    private void overflow(Doubt doubt) {
        if (!files.containsKey(OVERFLOW)) {
            FileFindings findings = new FileFindings(limits, budget);
            findings.doubt(doubt);
            files.put(OVERFLOW, new FoundFile("", Use.SYSTEM, findings));
        }
    }

    private ContentConsumer scan(LayerEntry entry, FileKind kind, FileFindings findings) {
        ContentSink sink = switch (kind.role()) {
            case RPM, RPM_LOG -> keep(entry, kind.role() == FileKind.Role.RPM, findings);
            case SYSTEM, INSTALLATION, CLAIM, STORED -> new WholeFile(kind.reader(), findings);
        };
        add(
                entry,
                switch (kind.role()) {
                    case RPM, SYSTEM -> Use.SYSTEM;
                    case RPM_LOG -> Use.RPM_LOG;
                    case INSTALLATION -> Use.INSTALLATION;
                    case CLAIM -> Use.CLAIM;
                    case STORED -> Use.STORED;
                },
                findings);
        return new FileScan(findings, sink);
    }

    private ContentSink keep(LayerEntry entry, boolean isDatabase, FileFindings findings) {
        KeptBytes bytes = new KeptBytes(limits.maxDatabaseBytes(), budget);
        String path = entry.path();
        return new ContentSink() {
            private boolean complete;

            @Override
            public void update(byte[] chunk, int offset, int length) throws UnreadableException {
                bytes.add(chunk, offset, length);
            }

            @Override
            public void finish() throws UnreadableException {
                bytes.close();
                complete = true;
                Kept before = (isDatabase ? databases : logs)
                        .put(isDatabase ? path : folder(path), new Kept(findings, bytes));
                if (before != null) {
                    before.bytes.free(); // the layer has the file twice, and the last one counts
                }
            }

            @Override
            public void close() {
                if (!complete) {
                    bytes.free();
                }
            }
        };
    }

    private static String folder(String path) {
        return path.substring(0, path.lastIndexOf('/') + 1);
    }

    @Override
    public LayerFindings finish() {
        databases.forEach((path, database) -> {
            boolean isSqlite = path.endsWith(".sqlite");
            Kept log = isSqlite ? logs.remove(folder(path)) : null;
            KeptBytes none = new KeptBytes(1, budget);
            RpmDatabase.read(database.bytes, log == null ? none : log.bytes, database.findings);
            database.bytes.free();
            if (log != null) {
                if (log.bytes.size() > 0) {
                    note(database.findings);
                }
                log.bytes.free();
            }
        });
        databases.clear();
        logs.values().forEach(log -> log.bytes.free());
        logs.clear();
        files.values().removeIf(this::isDropped);
        return new LayerFindings(Map.copyOf(files), hasHardLinks);
    }

    private void note(FileFindings findings) {
        try {
            findings.note(READ_WITH_LOG, "");
        } catch (UnreadableException e) {
            overflow(e.doubt());
        }
    }

    private static long memoryBytes(String path) {
        return FILE_BYTES + 2L * path.length();
    }

    /** Databases are kept in any case, because an empty one ends what a lower layer lists. */
    private boolean isDropped(FoundFile file) {
        boolean isEmpty = file.findings().packages().isEmpty();
        boolean saysNothing = switch (file.use()) {
            case PROGRAM -> isEmpty && file.findings().doubts().isEmpty();
            case STORED -> isEmpty || !hasHardLinks;
            default -> false;
        };
        if (saysNothing) {
            budget.free(memoryBytes(file.path()));
        }
        return saysNothing;
    }
}
