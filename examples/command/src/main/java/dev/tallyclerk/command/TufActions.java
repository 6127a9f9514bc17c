package dev.tallyclerk.command;

import dev.tallyclerk.http.HttpSettings;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.bouncycastle.BouncyCastleEngine;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.fetch.TargetFetcher;
import dev.tallyclerk.trust.key.SignatureEngine;
import dev.tallyclerk.trust.key.SignatureScheme;
import dev.tallyclerk.trust.store.MetadataStore;
import dev.tallyclerk.trust.store.StoredName;
import dev.tallyclerk.trust.tuf.RepositoryMetadata;
import dev.tallyclerk.trust.tuf.StaleMetadata;
import dev.tallyclerk.trust.tuf.TrustedMetadata;
import dev.tallyclerk.trust.tuf.TufClient;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import dev.tallyclerk.trust.tuf.metadata.TufListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The actions of {@code tuf init}, {@code refresh} and {@code download}, apart from reading their arguments. */
final class TufActions {
    private final Terminal terminal;
    private final Clock clock;
    private final TufArguments arguments;
    private final AtomicBoolean left = new AtomicBoolean();
    private @Nullable HttpSettings settings;

    TufActions(Terminal terminal, Clock clock, TufArguments arguments) {
        this.terminal = terminal;
        this.clock = clock;
        this.arguments = arguments;
    }

    /** The action, once the arguments are checked. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException, TufException;
    }

    /** Runs one of the actions with the arguments of the command line, and returns the exit status. */
    @FunctionalInterface
    interface Runner {
        int run(Function<TufActions, Work> action);
    }

    /** Runs an action and returns the exit status; a failure is printed in one line. */
    int run(Work work) {
        try {
            work.run();
            return ExitCode.ACCEPTED;
        } catch (IOException | TufException e) {
            if (left.get()) {
                return ExitCode.REJECTED; // already reported as interrupted
            }
            boolean uninitialized = e instanceof TufException tuf && tuf.reason() == Reason.NO_TRUSTED_ROOT;
            terminal.err()
                    .println("tallyclerk: " + Messages.of(e)
                            + (uninitialized ? "; tallyclerk tuf --metadata-dir DIR init ROOT does that" : ""));
            return ExitCode.REJECTED;
        }
    }

    Work init(Path root) {
        MetadataStore store = MetadataStore.inDirectory(arguments.requireMetadataDir());
        arguments.requireNeitherOfflineNorExpired();
        return () -> trust(root, store);
    }

    @SuppressWarnings("try") // the claim is held, not used
    private void trust(Path root, MetadataStore store) throws IOException, TufException {
        TufLimits limits = MetadataFolder.limits();
        byte[] file = MetadataFolder.read(root, limits.rootBytes());
        TrustedMetadata trusted = TrustedMetadata.start(file, protocolEngine(), limits);
        try (MetadataStore.Claim claim = store.claim()) {
            // In this order: if the process is killed in between, the old root stays trusted, and there is never a new
            // root beside a copy of the old one.
            store.store(StoredName.ROOT_COPY, file);
            store.store(StoredName.ROOT, file);
        }
        terminal.out().println("trusts root " + trusted.root().version());
    }

    Work refresh() {
        TufClient client = client();
        return () -> {
            requireRoot();
            terminal.interruption().ends(this::leave);
            report(metadata(client));
        };
    }

    private RepositoryMetadata metadata(TufClient client) throws TufException {
        if (arguments.offline) {
            return arguments.allowExpired ? client.offlineAllowingExpired() : client.offline();
        }
        return arguments.allowExpired ? client.refreshAllowingExpired() : client.refresh();
    }

    /** Ends at once, as no wait for a response can be interrupted; the next refresh resumes what this one left. */
    private void leave() {
        left.set(true);
        terminal.err().println("tallyclerk: interrupted");
        terminal.interruption().ended();
    }

    /** Checks for a root before a mistyped folder is created. */
    private void requireRoot() throws IOException {
        Path folder = arguments.requireMetadataDir();
        if (Files.notExists(folder.resolve(StoredName.ROOT.fileName()))
                && Files.notExists(folder.resolve(StoredName.ROOT_COPY.fileName()))) {
            throw new IOException("NO_TRUSTED_ROOT: " + Quoted.printable(folder.toString())
                    + " has no root.json; trust the repository's root first with tuf init");
        }
    }

    private void report(RepositoryMetadata metadata) {
        TrustedMetadata trusted = metadata.trusted();
        String known = metadata instanceof StaleMetadata ? "not known to be up to date: root " : "up to date: root ";
        terminal.out()
                .println(known + trusted.root().version() + ", timestamp "
                        + trusted.timestamp().orElseThrow().version() + ", snapshot "
                        + trusted.snapshot().orElseThrow().version() + ", targets "
                        + trusted.targets().orElseThrow().version() + validity(metadata));
    }

    /** {@return until when all metadata is valid, or since when it is expired, with the expired roles} */
    private static String validity(RepositoryMetadata metadata) {
        if (metadata instanceof StaleMetadata stale && stale.isExpired()) {
            String names = Quoted.printable(String.join(", ", stale.expired()));
            return "; EXPIRED since " + utc(stale.expires()) + (names.isEmpty() ? "" : ": " + names);
        }
        return "; valid until " + utc(metadata.expires());
    }

    /** {@return the text of {@link Instant#toString}, which costs a new process as much time as a signature} */
    private static String utc(Instant time) {
        String text = LocalDateTime.ofInstant(time, ZoneOffset.UTC).toString();
        return text + (text.length() == "2030-01-01T00:00".length() ? ":00Z" : "Z");
    }

    Work download() {
        List<String> names = arguments.requireTargetNames();
        Path folder = arguments.requireTargetDir();
        TargetFile.requireApart(folder, arguments.requireMetadataDir());
        TufClient client = arguments.offline
                ? client()
                : client().withTargets(TargetFetcher.ofUri(arguments.requireTargetBaseUrl(), http()));
        return () -> {
            AtomicBoolean downloads = new AtomicBoolean();
            terminal.interruption().ends(() -> {
                // A download first deletes its unfinished file.
                if (!downloads.get()) {
                    leave();
                }
            });
            requireRoot();
            RepositoryMetadata metadata = metadata(client);
            downloads.set(true);
            try {
                download(metadata, names, folder);
            } finally {
                if (metadata instanceof StaleMetadata) {
                    terminal.err().println("tallyclerk: not known to be up to date" + validity(metadata));
                }
            }
        };
    }

    private void download(RepositoryMetadata metadata, List<String> names, Path folder)
            throws IOException, TufException {
        for (String name : names) {
            TargetInfo target = metadata.requireTarget(name);
            Path file = TargetFile.download(metadata, target, folder);
            terminal.out()
                    .println(Quoted.printable(file.toString()) + ": " + Sizes.of(target.length()) + ", vouched for by "
                            + Quoted.quote(target.role()));
        }
    }

    /** {@return the engine with the lowest startup cost for each kind of key} */
    static SignatureEngine engine() {
        return engine(SignatureEngine.runtime());
    }

    /**
     * {@return the engine for the {@code tuf} commands, which also verifies RSA with PKCS #1 v1.5} Some versions of the
     * conformance suite sign with it and have no option for clients that ask first. Trusted metadata declares the
     * scheme of a key; no signature chooses it.
     */
    static SignatureEngine protocolEngine() {
        return engine(
                SignatureEngine.runtime(SignatureScheme.RSA_PKCS1V15_SHA256, SignatureScheme.RSA_PKCS1V15_SHA512));
    }

    private static SignatureEngine engine(SignatureEngine runtime) {
        return key -> key.scheme() == SignatureScheme.ED25519
                ? BouncyCastleEngine.of().verifierFor(key)
                : runtime.verifierFor(key);
    }

    /** {@return a listener that reports unusable stored files, which no longer protect against rollback} */
    static TufListener listener(Terminal terminal) {
        return new TufListener() {
            @Override
            public void storedFileRefused(String role, TufException why) {
                // The repository has all other files; a root that is trusted because it is stored has only its copy.
                String then = role.equals("root") ? "replaced from its copy" : "fetched again";
                terminal.err().println("tallyclerk: " + then + ": " + Messages.of(why));
            }
        };
    }

    private HttpSettings http() {
        HttpSettings made = settings;
        if (made == null) {
            CommandHttp http = new CommandHttp(
                    arguments.authorities, arguments.maxTime, terminal.environment(), System::getProperty);
            try {
                made = http.urlConnection();
            } catch (IOException e) {
                throw new IllegalArgumentException(Messages.of(e), e);
            }
            settings = made;
        }
        return made;
    }

    private TufClient client() {
        MetadataFetcher repository = arguments.offline
                ? MetadataFetcher.ofFiles(Map.of())
                : MetadataFetcher.ofUri(arguments.requireMetadataUrl(), http());
        return TufClient.ofStoredRoot(repository, MetadataStore.inDirectory(arguments.requireMetadataDir()))
                .withClock(clock)
                .withEngine(protocolEngine())
                .withLimits(MetadataFolder.limits())
                .withListener(listener(terminal));
    }
}
