package dev.tallyclerk.registry.admission;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.internal.file.UnfinishedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers in a folder which images were accepted, so that another process need not read them again for a while.
 *
 * <p>An acceptance counts only for the same question, within the {@linkplain #withMaxAge age limit} and its own
 * {@link Acceptance#until}, and while all its {@linkplain Acceptance#files files} are unchanged. In every other case,
 * and if an entry is damaged, was edited or renamed, or is from the future, {@link #find} is empty and the caller
 * decides anew. Rejections are not kept: {@link #forget} what was accepted before.
 *
 * <p>Entries are authenticated with HMAC-SHA-256 and a key in the folder that only its owner can read: a program that
 * can read the key can make entries. Within the age limit, nobody asks whether a tag has moved, or a signature was
 * revoked.
 *
 * <p>Immutable, and safe for use by several threads and processes.
 */
public final class AcceptanceStore {
    private static final String ALGORITHM = "HmacSHA256";
    private static final String HEADER = "tallyclerk-acceptance-1";
    private static final String KEY = "key";
    private static final String ENTRY = ".accepted";
    private static final String PART = "entry-";
    private static final int KEY_BYTES = 32;
    private static final int MAC_CHARS = 64;
    private static final int MAX_ENTRY = 1 << 20;
    private static final int FIXED_LINES = 5;
    private static final Set<PosixFilePermission> OWNERS_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNERS_FOLDER = PosixFilePermissions.fromString("rwx------");

    private final Path folder;
    private final SecretKeySpec key;
    private final Clock clock;
    private final Duration maxAge;

    private AcceptanceStore(Path folder, SecretKeySpec key, Clock clock, Duration maxAge) {
        this.folder = folder;
        this.key = key;
        this.clock = clock;
        this.maxAge = maxAge;
    }

    /**
     * Opens a store, which keeps acceptances for an hour, and makes the folder and its key if there are none.
     *
     * <p>On POSIX systems only its owner may use the folder: a folder that others may write is closed to them.
     *
     * @param folder the folder, for this purpose only
     * @param clock tells how old an acceptance is
     * @throws IOException if the folder cannot be written or belongs to another user, or its key is damaged, belongs to
     *     another user, or is readable by others than its owner
     */
    public static AcceptanceStore open(Path folder, Clock clock) throws IOException {
        Objects.requireNonNull(clock, "clock");
        boolean isPosix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        Files.createDirectories(folder, isPosix ? only(OWNERS_FOLDER) : new FileAttribute<?>[0]);
        Path file = folder.resolve(KEY);
        UserPrincipal owner = isPosix ? keepOthersOut(folder) : null;
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            createKey(folder, file, isPosix ? only(OWNERS_FILE) : new FileAttribute<?>[0]);
        }
        if (owner != null) {
            requireOwn(folder, file, owner);
        }
        byte[] key = read(file, KEY_BYTES);
        if (key.length != KEY_BYTES) {
            throw new IOException(file + " has not " + KEY_BYTES + " bytes: delete " + folder);
        }
        return new AcceptanceStore(folder, new SecretKeySpec(key, ALGORITHM), clock, Duration.ofHours(1));
    }

    /**
     * {@return this store with another age limit}
     *
     * @param maxAge how long after the decision an acceptance counts, more than zero
     * @throws IllegalArgumentException if it is zero or negative
     */
    public AcceptanceStore withMaxAge(Duration maxAge) {
        if (maxAge.isZero() || maxAge.isNegative()) {
            throw new IllegalArgumentException("maxAge is not positive: " + maxAge);
        }
        return new AcceptanceStore(folder, key, clock, maxAge);
    }

    /**
     * {@return the acceptance that was kept for a question, if it still counts}
     *
     * @param question everything that the decision depends on except the files: name of the image, platform, options,
     *     version of the rules
     */
    public Optional<Acceptance> find(String question) {
        try {
            Digest asked = digestOf(question);
            Instant now = clock.instant();
            Optional<Acceptance> entry = parse(read(file(asked), MAX_ENTRY), asked);
            if (entry.isPresent() && entry.get().decided().isAfter(now)) {
                forget(question); // the clock was wrong, so nobody knows how old it is
                return Optional.empty();
            }
            return entry.isPresent()
                            && isInTime(entry.get(), now)
                            && areCurrent(entry.get().files())
                    ? entry
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Keeps an acceptance, in place of an earlier one of the same question, and drops those of others that are too old.
     *
     * <p>Does nothing if a file has changed meanwhile, so take its fingerprint before you decide.
     *
     * @param question as for {@link #find}
     * @throws IOException if the entry cannot be written, or would be longer than 1 MiB
     */
    public void keep(String question, Acceptance acceptance) throws IOException {
        if (!areCurrent(acceptance.files())) {
            return;
        }
        Digest asked = digestOf(question);
        byte[] body = body(asked, acceptance);
        if (body.length > MAX_ENTRY - MAC_CHARS) {
            throw new IOException("an acceptance of " + body.length + " bytes is too long to be kept");
        }
        removeOld();
        write(file(asked), (mac(body) + new String(body, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Drops the acceptance of a question, if there is one.
     *
     * <p>For a decision that rejects the image: otherwise an earlier acceptance could count again, as for a caller with
     * a higher age limit.
     *
     * @param question as for {@link #find}
     * @throws IOException if the entry cannot be deleted
     */
    public void forget(String question) throws IOException {
        Files.deleteIfExists(file(digestOf(question)));
    }

    private boolean isInTime(Acceptance acceptance, Instant now) {
        return now.isBefore(acceptance.until())
                && Duration.between(acceptance.decided(), now).compareTo(maxAge) < 0;
    }

    private static boolean areCurrent(List<FileFingerprint> files) {
        // Loops, because the first lambda of a process costs more than all that is done here.
        for (FileFingerprint file : files) {
            if (!file.isCurrent()) {
                return false;
            }
        }
        return true;
    }

    private Path file(Digest question) {
        return folder.resolve(question.encoded() + ENTRY);
    }

    private static byte[] body(Digest question, Acceptance acceptance) {
        List<String> lines = new ArrayList<>(List.of(
                HEADER,
                question.toString(),
                acceptance.image().toString(),
                Long.toString(acceptance.decided().getEpochSecond()),
                Long.toString(acceptance.until().getEpochSecond())));
        for (FileFingerprint file : acceptance.files()) {
            byte[] path = file.path().toString().getBytes(StandardCharsets.UTF_8);
            lines.add(file.digest() + " " + Base64.getEncoder().encodeToString(path));
        }
        return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    }

    /** {@return the entry, if it is one of ours} */
    private Optional<Acceptance> parse(byte[] entry, Digest asked) {
        if (entry.length < MAC_CHARS) {
            return Optional.empty();
        }
        byte[] body = new byte[entry.length - MAC_CHARS];
        System.arraycopy(entry, MAC_CHARS, body, 0, body.length);
        byte[] given = new byte[MAC_CHARS];
        System.arraycopy(entry, 0, given, 0, MAC_CHARS);
        if (!MessageDigest.isEqual(mac(body).getBytes(StandardCharsets.US_ASCII), given)) {
            return Optional.empty();
        }
        List<String> lines = new String(body, StandardCharsets.UTF_8).lines().toList();
        if (lines.size() < FIXED_LINES
                || !lines.get(0).equals(HEADER)
                || !lines.get(1).equals(asked.toString())) {
            return Optional.empty();
        }
        try {
            List<FileFingerprint> files = new ArrayList<>();
            for (String line : lines.subList(FIXED_LINES, lines.size())) {
                int space = line.indexOf(' ');
                byte[] path = Base64.getDecoder().decode(line.substring(space + 1));
                files.add(new FileFingerprint(
                        Path.of(new String(path, StandardCharsets.UTF_8)), Digest.parse(line.substring(0, space))));
            }
            return Optional.of(new Acceptance(
                    Digest.parse(lines.get(2)), instant(lines.get(3)), instant(lines.get(FIXED_LINES - 1)), files));
        } catch (MalformedDigestException | InvalidPathException | DateTimeException e) {
            return Optional.empty();
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static Instant instant(String seconds) {
        return Instant.ofEpochSecond(Long.parseLong(seconds));
    }

    private static Digest digestOf(String text) {
        return Digest.sha256Of(text.getBytes(StandardCharsets.UTF_8));
    }

    private String mac(byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java runtime has " + ALGORITHM, e);
        }
    }

    private void removeOld() throws IOException {
        FileTime oldest = FileTime.from(clock.instant().minus(maxAge));
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "*" + ENTRY)) {
            for (Path entry : entries) {
                if (Files.getLastModifiedTime(entry).compareTo(oldest) < 0) {
                    Files.deleteIfExists(entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NoSuchFileException e) {
            return; // another process has deleted it
        }
        UnfinishedFile.removeLeftovers(folder, PART);
    }

    private static void createKey(Path folder, Path file, FileAttribute<?>[] attributes) throws IOException {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        Path made = Files.createTempFile(folder, KEY, ".new", attributes);
        try {
            try (FileChannel channel = FileChannel.open(made, StandardOpenOption.WRITE)) {
                writeAll(channel, key);
                // Before it has its name: otherwise a crash could leave a key without content.
                channel.force(true);
            }
            publishKey(made, file);
        } finally {
            Files.deleteIfExists(made);
        }
    }

    private static void publishKey(Path made, Path file) throws IOException {
        try {
            // A link appears with its content, and never replaces the key of a process that was faster.
            Files.createLink(file, made);
        } catch (FileAlreadyExistsException e) {
            return;
        } catch (FileSystemException | UnsupportedOperationException e) {
            moveKey(made, file); // a file system without links
        }
    }

    private static void moveKey(Path made, Path file) throws IOException {
        try {
            Files.move(made, file);
        } catch (FileAlreadyExistsException e) {
            return; // another process was faster
        }
    }

    /** Closes the folder to others, who could exchange the key, and returns its owner. */
    private static UserPrincipal keepOthersOut(Path folder) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(folder, PosixFileAttributes.class);
        // Only the file system tells who we are there: it may map users.
        try (UnfinishedFile ours = UnfinishedFile.create(folder, PART)) {
            if (!attributes.owner().equals(Files.getOwner(ours.path(), LinkOption.NOFOLLOW_LINKS))) {
                throw new IOException(
                        folder + " belongs to " + attributes.owner().getName() + ": name a folder of your own");
            }
        }
        if (attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                || attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
            Files.setPosixFilePermissions(folder, OWNERS_FOLDER);
        }
        return attributes.owner();
    }

    /** Refuses a key that another user could know. */
    private static void requireOwn(Path folder, Path file, UserPrincipal owner) throws IOException {
        PosixFileAttributes key = Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!key.isRegularFile()) {
            throw new IOException(file + " is no regular file: delete " + folder);
        }
        if (!OWNERS_FOLDER.containsAll(key.permissions())) {
            throw new IOException(file + " may be read or changed by others than its owner: delete " + folder);
        }
        if (!key.owner().equals(owner)) {
            throw new IOException(file + " belongs to " + key.owner().getName() + ": delete " + folder);
        }
    }

    private static FileAttribute<?>[] only(Set<PosixFilePermission> permissions) {
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)};
    }

    private static byte[] read(Path file, int maxBytes) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return in.readNBytes(maxBytes + 1);
        }
    }

    private void write(Path file, byte[] content) throws IOException {
        try (UnfinishedFile unfinished = UnfinishedFile.create(folder, PART)) {
            writeAll(unfinished.channel(), content);
            Files.move(unfinished.path(), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void writeAll(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer remaining = ByteBuffer.wrap(content);
        while (remaining.hasRemaining()) {
            channel.write(remaining);
        }
    }
}
