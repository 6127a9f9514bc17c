package dev.tallyclerk.registry.internal.inventory.java;

import dev.tallyclerk.registry.internal.inventory.Cells;
import dev.tallyclerk.registry.internal.inventory.ContentReader;
import dev.tallyclerk.registry.internal.inventory.ContentSink;
import dev.tallyclerk.registry.internal.inventory.FileFindings;
import dev.tallyclerk.registry.internal.inventory.UnreadableException;
import dev.tallyclerk.registry.internal.inventory.WholeFile;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the Maven coordinates in a Java archive and in the archives in it; or the package in another ZIP archive from
 * which a language loads it.
 *
 * <p>Only {@code pom.properties} identifies an artifact: an archive without one gets no coordinates, and one with
 * several contains that many artifacts. Reads the entries in their order, and then compares their names with the
 * archive's directory, by which Java finds them. A file in which no entry begins is no archive for Java either. Of
 * archives one after the other, Java reads the last one, and this reads all.
 */
public final class JavaArchive implements ContentSink {
    private static final Pattern NAME = Pattern.compile("[^/][.](jar|war|ear|par|sar|nar|kar|hpi|jpi|lpkg)$");
    private static final long ENTRY = 0x04034b50;
    private static final long DIRECTORY_ENTRY = 0x02014b50;
    private static final long DIRECTORY_END = 0x06054b50;
    private static final long LARGE_DIRECTORY_END = 0x06064b50;
    private static final long DESCRIPTOR = 0x08074b50;
    private static final int SIGNATURE = 4;
    private static final int DIRECTORY_FIXED = 46;
    private static final int MAX_SCRIPT = 1 << 20;
    private static final int MAX_NAME = 4096;
    private static final int NAME_BYTES = 150;

    private final FileFindings into;
    private final ArchiveBudget budget;
    private final String inside;
    private final int depth;
    private final @Nullable Document document;
    private final Set<String> found = new HashSet<>();
    private final Set<String> listed = new HashSet<>();
    private State state = State.SCRIPT;
    private byte[] part = new byte[SIGNATURE];
    private int inPart;

    /** The last four bytes, as a number. */
    private long lastBytes;

    private byte[] fixed = new byte[0];
    private @Nullable ZipEntryData entry;
    private long toSkip;
    private long skipped;

    /** What the next bytes are. */
    private enum State {
        /** Anything before the first entry. */
        SCRIPT,
        /** The signature of a header. */
        SIGNATURE,
        ENTRY_FIXED,
        ENTRY_NAME,
        DATA,
        /** The four bytes after the data of an entry that has a descriptor: its signature, or its checksum. */
        AFTER_DATA,
        /** The rest of the descriptor, of sizes of four bytes. */
        SIZES,
        /** The signature of a header, or the rest of a descriptor with sizes of eight bytes. */
        AFTER_SIZES,
        DIRECTORY_FIXED,
        DIRECTORY_NAME,
        /** Bytes without meaning here, then a signature. */
        SKIP,
        /** Everything after the last entry of the directory. */
        END
    }

    /** The entries with the metadata of a package, and their reader. */
    private record Document(Predicate<String> names, ContentReader reader) {}

    /** Creates the reader of one file. */
    public JavaArchive(FileFindings into) {
        this(into, null, new ArchiveBudget(into.limits()), "", 1);
    }

    /** {@return the reader of an archive from which another language loads a package} */
    public static JavaArchive withDocument(Predicate<String> names, ContentReader reader, FileFindings into) {
        return new JavaArchive(into, new Document(names, reader), new ArchiveBudget(into.limits()), "", 1);
    }

    private JavaArchive(
            FileFindings into, @Nullable Document document, ArchiveBudget budget, String inside, int depth) {
        this.into = into;
        this.document = document;
        this.budget = budget;
        this.inside = inside;
        this.depth = depth;
    }

    /** {@return whether a file or entry of that name is a Java archive} */
    public static boolean isName(String path) {
        return NAME.matcher(path.toLowerCase(Locale.ROOT)).find();
    }

    @Override
    public void update(byte[] bytes, int offset, int length) throws UnreadableException {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            at += switch (state) {
                case SCRIPT, END -> between(bytes, at, end);
                case DATA -> data(bytes, at, end);
                case SKIP -> skip(end - at);
                default -> gather(bytes, at, end);
            };
        }
    }

    /** Looks for the first signature of an archive, or of another one after its end. */
    private int between(byte[] bytes, int at, int end) throws UnreadableException {
        for (int i = at; i < end; i++) {
            lastBytes = lastBytes >>> 8 | (bytes[i] & 0xffL) << 24;
            skipped++;
            if (lastBytes == ENTRY || (skipped == SIGNATURE && lastBytes == DIRECTORY_END && state == State.SCRIPT)) {
                if (state == State.END) {
                    into.malformed("the file has another archive after the end of the first one" + insideName());
                }
                signature(lastBytes);
                return i + 1 - at;
            }
            if (skipped > MAX_SCRIPT && state == State.SCRIPT) {
                throw UnreadableException.limit("the archive does not start in the first " + MAX_SCRIPT + " bytes");
            }
        }
        return end - at;
    }

    private String insideName() {
        return inside.isEmpty() ? "" : ": " + inside;
    }

    private int skip(int available) {
        int n = (int) Math.min(available, toSkip);
        toSkip -= n;
        if (toSkip == 0) {
            await(State.SIGNATURE, SIGNATURE);
        }
        return n;
    }

    private int data(byte[] bytes, int at, int end) throws UnreadableException {
        ZipEntryData data = entry();
        int taken = data.update(bytes, at, end - at);
        endOfData(data);
        return taken;
    }

    private void endOfData(ZipEntryData data) throws UnreadableException {
        if (data.hasEnded()) {
            data.finish();
            await(data.hasDescriptor() ? State.SIGNATURE : State.AFTER_DATA, SIGNATURE);
        }
    }

    private ZipEntryData entry() {
        if (entry == null) {
            throw new IllegalStateException("no entry has begun");
        }
        return entry;
    }

    private void await(State next, int length) {
        state = next;
        part = new byte[length];
        inPart = 0;
    }

    private int gather(byte[] bytes, int at, int end) throws UnreadableException {
        int n = Math.min(end - at, part.length - inPart);
        System.arraycopy(bytes, at, part, inPart, n);
        inPart += n;
        if (inPart == part.length) {
            gathered();
        }
        return n;
    }

    private void gathered() throws UnreadableException {
        switch (state) {
            case SIGNATURE -> signature(Cells.u32le(part, 0));
            case ENTRY_FIXED -> {
                fixed = part;
                awaitName(State.ENTRY_NAME, Cells.u16le(fixed, 26), ZipEntryHeader.variableLength(fixed));
            }
            case ENTRY_NAME -> begin(ZipEntryHeader.parse(fixed, part));
            case AFTER_DATA -> afterData();
            case SIZES -> {
                if (Cells.u32le(part, part.length - 8) != (entry().compressedBytes() & 0xffffffffL)) {
                    throw UnreadableException.malformed("the size after an entry of the archive is wrong");
                }
                await(State.AFTER_SIZES, SIGNATURE);
            }
            case AFTER_SIZES -> {
                if (isSignature(Cells.u32le(part, 0))) {
                    signature(Cells.u32le(part, 0));
                } else {
                    toSkip = SIGNATURE;
                    state = State.SKIP;
                }
            }
            case DIRECTORY_FIXED -> {
                fixed = part;
                awaitName(State.DIRECTORY_NAME, Cells.u16le(fixed, 28), Cells.u16le(fixed, 28));
            }
            case DIRECTORY_NAME -> listed();
            default -> throw new IllegalStateException("nothing is gathered in state " + state);
        }
    }

    private void awaitName(State next, int nameLength, int length) throws UnreadableException {
        if (nameLength > MAX_NAME) {
            throw UnreadableException.limit("an entry of the archive has a name of " + nameLength + " bytes");
        }
        await(next, length);
        if (length == 0) {
            gathered();
        }
    }

    private static boolean isSignature(long signature) {
        return signature == ENTRY
                || signature == DIRECTORY_ENTRY
                || signature == DIRECTORY_END
                || signature == LARGE_DIRECTORY_END;
    }

    private void signature(long signature) throws UnreadableException {
        if (signature == ENTRY || signature == DIRECTORY_ENTRY) {
            boolean isEntry = signature == ENTRY;
            await(
                    isEntry ? State.ENTRY_FIXED : State.DIRECTORY_FIXED,
                    isEntry ? ZipEntryHeader.FIXED : DIRECTORY_FIXED);
            inPart = SIGNATURE;
        } else if (signature == DIRECTORY_END || signature == LARGE_DIRECTORY_END) {
            endOfDirectory();
        } else {
            throw UnreadableException.malformed("the archive has something else where an entry should begin");
        }
    }

    private void begin(ZipEntryHeader header) throws UnreadableException {
        budget.addEntry();
        closeEntry();
        String path = inside + "!/" + header.name();
        ContentSink content = null;
        if (isWanted(header.name())) {
            remember(found, header.name());
            content = content(header.name(), path);
        }
        ZipEntryData data = new ZipEntryData(header, budget, content, doubt -> into.doubt(doubt.in(path)));
        entry = data;
        state = State.DATA;
        endOfData(data);
    }

    private @Nullable ContentSink content(String name, String path) {
        if (document != null) {
            return new WholeFile(document.reader, into);
        }
        if (PomProperties.isName(name)) {
            return PomProperties.in(inside, into);
        }
        try {
            budget.requireDepth(depth + 1);
            return new JavaArchive(into, null, budget, path, depth + 1);
        } catch (UnreadableException e) {
            into.doubt(e.doubt().in(path));
            return null;
        }
    }

    private void remember(Set<String> names, String name) throws UnreadableException {
        if (!names.contains(name)) {
            into.budget().take(NAME_BYTES);
            names.add(name);
        }
    }

    private boolean isWanted(String name) {
        return document != null ? document.names.test(name) : PomProperties.isName(name) || isName(name);
    }

    /** A descriptor may follow the data also where the header has the sizes. */
    private void afterData() throws UnreadableException {
        long next = Cells.u32le(part, 0);
        if (next == DESCRIPTOR) {
            await(State.SIZES, 12);
        } else if (entry().isEndUnknown()) {
            await(State.SIZES, 8);
        } else {
            signature(next);
        }
    }

    private void listed() throws UnreadableException {
        String name = new String(part, StandardCharsets.UTF_8);
        if (isWanted(name)) {
            remember(listed, name);
            if (!found.contains(name)) {
                into.malformed("the archive's directory has an entry that was not found: " + inside + "!/" + name);
            }
        }
        toSkip = (long) Cells.u16le(fixed, 30) + Cells.u16le(fixed, 32);
        if (toSkip == 0) {
            await(State.SIGNATURE, SIGNATURE);
        } else {
            state = State.SKIP;
        }
    }

    @Override
    public void finish() throws UnreadableException {
        if (state == State.SCRIPT) {
            return;
        }
        if (state != State.END) {
            throw UnreadableException.malformed("the archive ends without a directory");
        }
    }

    private void endOfDirectory() {
        for (String name : found) {
            if (!listed.contains(name)) {
                into.malformed("the archive has an entry that is not in its directory: " + inside + "!/" + name);
            }
        }
        forgetNames();
        lastBytes = 0;
        state = State.END;
    }

    private void forgetNames() {
        into.budget().free((long) NAME_BYTES * (found.size() + listed.size()));
        found.clear();
        listed.clear();
    }

    private void closeEntry() {
        if (entry != null) {
            entry.close();
            entry = null;
        }
    }

    @Override
    public void close() {
        closeEntry();
        forgetNames();
    }
}
