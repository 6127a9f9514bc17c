package dev.tallyclerk.registry.auth;

import dev.tallyclerk.internal.file.DurableNames;
import dev.tallyclerk.internal.file.UnfinishedFile;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.internal.json.JsonValue.JsonString;
import dev.tallyclerk.internal.json.JsonWriter;
import dev.tallyclerk.registry.auth.CredentialException.Reason;
import dev.tallyclerk.registry.internal.reference.ReferenceParts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stores logins in Docker's {@code config.json}, or in the helper that it names for a registry, as {@code docker login}
 * and {@code docker logout} do. {@link DockerConfig} reads them.
 *
 * <p>What else stands in the file stays as it is, up to white space. The file is replaced in one step, and keeps its
 * permissions and, if root replaces it, its owner; a new one is for its owner only. A symbolic link stays, and the file
 * that it points to is replaced. If two processes change the file at once, the change of one may be lost, as with
 * Docker.
 *
 * <p>Immutable, and safe for use by several threads as far as they do not write to one file.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/login/#credential-stores">docker login, credential
 *     stores</a>
 */
public final class DockerLogins {
    private static final String AUTHS = "auths";
    private static final Set<String> VERSIONS = Set.of("v1", "v2");
    private static final String TEMPORARY = ".config-";
    private static final List<String> OWNERS = List.of("unix:gid", "unix:uid");
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_FOLDER = PosixFilePermissions.fromString("rwx------");

    private final Path file;
    private final Function<String, Optional<CredentialHelper>> helpers;

    private DockerLogins(Path file, Function<String, Optional<CredentialHelper>> helpers) {
        this.file = Objects.requireNonNull(file, "file");
        this.helpers = Objects.requireNonNull(helpers, "helpers");
    }

    /** {@return the logins in a file, which need not exist yet; it knows no helper} */
    public static DockerLogins of(Path file) {
        return new DockerLogins(file, name -> Optional.empty());
    }

    /**
     * {@return the logins in Docker's file in that environment, with the helpers on its {@code PATH}}
     *
     * @param environment the variables, for example {@code System.getenv()}
     * @throws CredentialException if the environment names no folder for the file, or one that cannot be
     * @see DockerConfig#ofEnvironment
     */
    public static DockerLogins ofEnvironment(Map<String, String> environment) throws CredentialException {
        Map<String, String> variables = Map.copyOf(environment);
        try {
            Path file = DockerConfig.fileOf(variables)
                    .orElseThrow(() -> new CredentialException(
                            Reason.UNREADABLE_FILE, "neither DOCKER_CONFIG nor HOME says where config.json is"));
            return of(file).withHelpers(name -> CredentialHelper.find(name, variables));
        } catch (InvalidPathException e) {
            throw new CredentialException(Reason.UNREADABLE_FILE, "the environment names a file that cannot be", e);
        }
    }

    /**
     * {@return these logins with helpers, which are run only for registries that have one}
     *
     * @param helpers gives the helper of a name, {@code pass} for {@code docker-credential-pass}, or nothing where it
     *     may not be run; safe for use by several threads
     */
    public DockerLogins withHelpers(Function<String, Optional<CredentialHelper>> helpers) {
        return new DockerLogins(file, helpers);
    }

    /** {@return the file} */
    public Path file() {
        return file;
    }

    /**
     * Stores the login for a registry, in place of the one that it has.
     *
     * @param registry host and port as they stand in references, such as {@code docker.io}
     * @param credentials a user with a password, or an identity token
     * @return where it is stored now: the name of the helper, or the file
     * @throws CredentialException if the file cannot be read or written, is malformed, or has more than
     *     {@value DockerConfig#DEFAULT_MAX_BYTES} bytes; or the helper is not found, or fails
     * @throws IllegalArgumentException if {@code registry} is no host with an optional port, or {@code credentials} are
     *     of another kind, or too long for a helper
     */
    public String store(String registry, Credentials credentials) throws CredentialException {
        ReferenceParts.requireDomain(registry);
        if (credentials.kind() != Credentials.Kind.PASSWORD && credentials.kind() != Credentials.Kind.IDENTITY_TOKEN) {
            throw new IllegalArgumentException("no login can be stored of: " + credentials);
        }
        ServerAddress server = ServerAddress.of(registry);
        Stored stored = read();
        String helper = stored.config.helperFor(registry);
        if (helper.isEmpty()) {
            write(stored.with(server, entry(credentials)));
            return file.toString();
        }
        CredentialHelper program = program(helper, server);
        program.store(server.key(), credentials);
        // The file says that there is a login, and has none: of one that was there before nothing may stay.
        write(stored.with(server, new JsonObject(Map.of())));
        return program.toString();
    }

    /**
     * Removes the login for a registry. Logins for a part of its repositories, such as {@code quay.io/team}, stay.
     *
     * @param registry host and port as they stand in references, such as {@code docker.io}
     * @return whether there was one
     * @throws CredentialException if the file cannot be read or written, is malformed, or has more than
     *     {@value DockerConfig#DEFAULT_MAX_BYTES} bytes; or the helper is not found, or fails
     * @throws IllegalArgumentException if {@code registry} is no host with an optional port
     */
    public boolean erase(String registry) throws CredentialException {
        ReferenceParts.requireDomain(registry);
        ServerAddress server = ServerAddress.of(registry);
        Stored stored = read();
        Stored without = stored.with(server, null);
        String helper = stored.config.helperFor(registry);
        boolean erased = !helper.isEmpty() && program(helper, server).erase(server.key());
        if (without.members.equals(stored.members)) {
            return erased;
        }
        write(without);
        return true;
    }

    private CredentialHelper program(String helper, ServerAddress server) throws CredentialException {
        return helpers.apply(helper).orElseThrow(() -> DockerConfig.helperNotFound(helper, server));
    }

    private static JsonObject entry(Credentials credentials) {
        return new JsonObject(
                credentials.kind() == Credentials.Kind.IDENTITY_TOKEN
                        ? Map.of("identitytoken", new JsonString(credentials.secret()))
                        : Map.of("auth", new JsonString(pair(credentials))));
    }

    private static String pair(Credentials credentials) {
        byte[] pair = (credentials.username() + ':' + credentials.secret()).getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(pair);
    }

    /** The file as it is. */
    private static final class Stored {
        final DockerConfig config;
        final Map<String, JsonValue> members;

        Stored(DockerConfig config, Map<String, JsonValue> members) {
            this.config = config;
            this.members = members;
        }

        /** {@return it with another entry for a registry, or without one} */
        Stored with(ServerAddress server, @Nullable JsonValue entry) {
            String spelled = members.keySet().stream()
                    .filter(AUTHS::equalsIgnoreCase)
                    .findFirst()
                    .orElse(AUTHS);
            Map<String, JsonValue> auths = new LinkedHashMap<>();
            if (members.get(spelled) instanceof JsonObject object) {
                auths.putAll(object.members());
            }
            auths.keySet().removeIf(key -> isWholeRegistry(ServerAddress.of(key), server));
            if (entry != null) {
                auths.put(server.key(), entry);
            }
            Map<String, JsonValue> changed = new LinkedHashMap<>(members);
            if (!auths.isEmpty() || members.containsKey(spelled)) {
                changed.put(spelled, new JsonObject(auths));
            }
            return new Stored(config, changed);
        }

        private static boolean isWholeRegistry(ServerAddress key, ServerAddress server) {
            return key.registry().equals(server)
                    && (key.path().isEmpty() || VERSIONS.contains(key.path().toLowerCase(Locale.ROOT)));
        }
    }

    private Stored read() throws CredentialException {
        byte[] bytes = bytes();
        DockerConfig config = DockerConfig.parse(bytes, file.toString());
        if (new String(bytes, StandardCharsets.ISO_8859_1).isBlank()) {
            return new Stored(config, Map.of());
        }
        try {
            return new Stored(
                    config,
                    JsonCursor.parse(bytes, JsonLimits.ofBytes(bytes.length)).value() instanceof JsonObject object
                            ? object.members()
                            : Map.of());
        } catch (JsonException e) {
            throw new CredentialException(Reason.MALFORMED_FILE, file + " " + CredentialException.describe(e));
        }
    }

    private byte[] bytes() throws CredentialException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(DockerConfig.DEFAULT_MAX_BYTES);
            if (in.read() >= 0) {
                throw new CredentialException(
                        Reason.LIMIT_EXCEEDED,
                        file + " has more than the " + DockerConfig.DEFAULT_MAX_BYTES + " bytes that are allowed");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            return new byte[0];
        } catch (CredentialException e) {
            throw e;
        } catch (IOException e) {
            throw new CredentialException(Reason.UNREADABLE_FILE, "cannot read " + file, e);
        }
    }

    private void write(Stored stored) throws CredentialException {
        try {
            Path target = target();
            Path folder = Objects.requireNonNull(target.toAbsolutePath().getParent(), "a file has a folder");
            createFolder(folder);
            boolean posix = isPosix(folder.getFileSystem());
            ByteArrayOutputStream document = new ByteArrayOutputStream();
            JsonWriter.pretty(document).value(new JsonObject(stored.members)).finish();
            DurableNames names = DurableNames.of(folder);
            UnfinishedFile.removeLeftovers(folder, TEMPORARY);
            try (UnfinishedFile unfinished = UnfinishedFile.create(folder, TEMPORARY)) {
                if (posix) {
                    // Before a secret is in it, whatever the default permissions of new files are.
                    setPermissions(unfinished.path(), OWNER);
                }
                Channels.newOutputStream(unfinished.channel()).write(document.toByteArray());
                unfinished.channel().force(true);
                if (posix && Files.exists(target)) {
                    keepOwner(target, unfinished.path());
                    setPermissions(unfinished.path(), Files.getPosixFilePermissions(target));
                }
                Files.move(
                        unfinished.path(), target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            names.sync(folder);
        } catch (IOException e) {
            throw new CredentialException(Reason.UNWRITABLE_FILE, "cannot write " + file, e);
        }
    }

    /** With sudo, root replaces the file of a user, who has to be able to read it afterwards. */
    private static void keepOwner(Path target, Path replacement) throws IOException {
        if (!target.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return;
        }
        for (String attribute : OWNERS) {
            Object owner = Files.getAttribute(target, attribute);
            if (owner.equals(Files.getAttribute(replacement, attribute, LinkOption.NOFOLLOW_LINKS))) {
                continue;
            }
            try {
                Files.setAttribute(replacement, attribute, owner, LinkOption.NOFOLLOW_LINKS);
            } catch (FileSystemException e) {
                // Only root may give files away; anybody else gets a file of their own.
            }
        }
    }

    /** Follows no link, which the owner of the folder may have put there for root to follow. */
    private static void setPermissions(Path file, Set<PosixFilePermission> permissions) throws IOException {
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setPermissions(permissions);
    }

    /** {@return the file that a symbolic link points to, which a replaced link would leave with the old logins} */
    private Path target() throws IOException {
        return Files.isSymbolicLink(file) ? file.toRealPath() : file;
    }

    private static void createFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Files.createDirectories(
                folder,
                isPosix(folder.getFileSystem())
                        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_FOLDER)}
                        : new FileAttribute<?>[0]);
    }

    private static boolean isPosix(FileSystem files) {
        return files.supportedFileAttributeViews().contains("posix");
    }

    /** {@return the file's name} */
    @Override
    public String toString() {
        return file.toString();
    }
}
