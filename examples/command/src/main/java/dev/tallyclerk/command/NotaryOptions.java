package dev.tallyclerk.command;

import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.notary.ContentTrust;
import dev.tallyclerk.trust.notary.NotaryClient;
import dev.tallyclerk.trust.notary.NotaryCollection;
import dev.tallyclerk.trust.notary.NotaryFiles;
import dev.tallyclerk.trust.notary.NotaryRootTrust;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.store.MetadataStore;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A Notary v1 collection: where it is, and which root is trusted. */
final class NotaryOptions {
    private static final int MAX_AUTHORITIES = 1 << 20;
    private static final String SERVER = "DOCKER_CONTENT_TRUST_SERVER";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            paramLabel = "GUN",
            index = "0",
            description = "The collection's name, for images the whole name without a tag, as in"
                    + " docker.io/library/debian.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String gun;

    @Option(
            names = "--notary-server",
            paramLabel = "URL",
            description = "The server; default that of DOCKER_CONTENT_TRUST_SERVER, or else the one that Docker asks.")
    private @Nullable String server;

    @Option(
            names = "--saved",
            paramLabel = "PATH",
            description = "Read a saved copy, an archive or a folder, instead of a server.")
    private @Nullable Path saved;

    @Option(
            names = "--pin",
            paramLabel = "KEYID",
            description = "Trust only a root with this key or certificate, by the id that notary key list or trust"
                    + " inspect shows. Repeatable.")
    private List<String> pins = List.of();

    @Option(
            names = "--root-ca",
            paramLabel = "FILE",
            description = "Trust only a root whose certificate these authorities have issued, in PEM.")
    private @Nullable Path authorities;

    @Option(
            names = "--first-use",
            negatable = true,
            description = "With --first-use, the first root of a collection without a pin is trusted, as by Docker; the"
                    + " default, but not for migrate. With --no-first-use, only what is pinned or was pinned before.")
    private @Nullable Boolean firstUse;

    @Option(names = "--offline", description = "Make no request: show what earlier runs have verified.")
    private boolean offline;

    @Option(
            names = "--allow-expired",
            description = "Accept metadata that has expired, as that of a saved copy has after some days.")
    private boolean allowExpired;

    @Option(
            names = "--trust-store",
            paramLabel = "DIR",
            description = "Where the metadata last trusted is kept, against rollback, in a folder for each collection;"
                    + " default in the user's state folder. A saved copy is compared with none by default.")
    private @Nullable Path trustStore;

    /** {@return what the environment and an option say about the server} */
    static ContentTrust contentTrust(CommandSpec spec, @Nullable String server, Terminal terminal) {
        if (server != null) {
            return Usage.parsed(spec, () -> ContentTrust.enabled().withServer(address(server)));
        }
        Map<String, String> variables = new HashMap<>();
        variables.put("DOCKER_CONTENT_TRUST", "1");
        variables.put(SERVER, terminal.environment().getOrDefault(SERVER, ""));
        return Usage.parsed(spec, () -> ContentTrust.of(variables));
    }

    private static URI address(String text) {
        URI address;
        try {
            address = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--notary-server is not a URL: " + Quoted.quote(text), e);
        }
        boolean isHttp = "http".equalsIgnoreCase(address.getScheme()) || "https".equalsIgnoreCase(address.getScheme());
        if (!isHttp || address.getHost() == null || address.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "--notary-server must be an http or https URL with a host and without a user");
        }
        return address;
    }

    /** {@return whether a server has confirmed a collection: nobody says whether a copy is current} */
    boolean isConfirmed(NotaryCollection collection) {
        return saved == null && collection.isFresh();
    }

    /** {@return whether no request may be made} */
    boolean isOffline() {
        return offline;
    }

    /**
     * {@return a client of the collection}
     *
     * @param trustsFirstUse whether the first root is trusted if the user does not say
     */
    NotaryClient client(Terminal terminal, Clock clock, RegistryAccess.Clients clients, boolean trustsFirstUse)
            throws IOException {
        if (saved != null && (server != null || offline)) {
            throw Usage.error(spec, "--saved needs neither --notary-server nor --offline");
        }
        NotaryRootTrust trust = trust(trustsFirstUse);
        MetadataFetcher files = files(terminal, clients);
        NotaryClient client =
                Usage.parsed(spec, () -> NotaryClient.of(gun, files, trust)).withClock(clock);
        if (saved != null && trustStore == null) {
            return client;
        }
        Path store = Usage.parsed(
                spec, () -> NotaryStore.of(trustStore, terminal.environment(), gun, Optional.empty(), trust));
        return client.withStore(MetadataStore.inDirectory(store));
    }

    private MetadataFetcher files(Terminal terminal, RegistryAccess.Clients clients) throws IOException {
        Path copy = saved;
        if (copy != null) {
            if (!Files.exists(copy)) {
                throw new NoSuchFileException(copy.toString());
            }
            return NotaryFiles.ofSaved(copy);
        }
        ContentTrust setting = contentTrust(spec, server, terminal);
        setting.warnings(gun).forEach(warning -> terminal.err().println("tallyclerk: " + warning));
        return Usage.parsed(spec, () -> clients.notary(setting.serverFor(gun), gun));
    }

    private NotaryRootTrust trust(boolean trustsFirstUse) throws IOException {
        boolean hasPins = !pins.isEmpty() || authorities != null;
        boolean first = firstUse == null ? trustsFirstUse && !hasPins : firstUse;
        NotaryRootTrust trust = first ? NotaryRootTrust.firstUse() : NotaryRootTrust.pinned();
        if (!pins.isEmpty()) {
            NotaryRootTrust before = trust;
            trust = Usage.parsed(spec, () -> before.withCertificates(gun, pins.toArray(String[]::new)));
        }
        Path file = authorities;
        if (file != null) {
            NotaryRootTrust before = trust;
            String pem = new String(InputFile.read(file, MAX_AUTHORITIES), StandardCharsets.ISO_8859_1);
            try {
                trust = before.withAuthorities(gun, pem);
            } catch (IllegalArgumentException e) {
                throw new IOException(file + ": " + Messages.of(e), e);
            }
        }
        return trust;
    }

    /** Does something with a collection. */
    @FunctionalInterface
    interface Action {
        int run(NotaryCollection collection) throws NotaryException, IOException;
    }

    /** {@return the exit status of an action on the verified collection; a refusal is a rejection, with its reason} */
    int run(Terminal terminal, NotaryClient client, Action action) throws IOException {
        try {
            NotaryCollection collection = collection(client);
            List<String> notices = new ArrayList<>();
            collection.notices().forEach(notice -> notices.add(notice.role() + ": " + notice.detail()));
            notices.forEach(notice -> terminal.err().println("tallyclerk: " + Quoted.printable(notice)));
            int status = action.run(collection);
            terminal.out().flush();
            return status;
        } catch (NotaryException e) {
            String message = "Notary collection " + Quoted.printable(gun) + ": " + Messages.of(e);
            if (e.reason() == NotaryException.Reason.FETCH_FAILED && saved == null) {
                throw new IOException(message, e);
            }
            terminal.err().println("tallyclerk: " + message);
            if (e.reason() == NotaryException.Reason.NOT_PINNED) {
                terminal.err()
                        .println("Try: --pin, or --first-use to trust the root that is there; trust inspect shows it");
            }
            return switch (e.reason()) {
                case FETCH_FAILED, STORE_FAILED, STORE_DAMAGED -> ExitCode.ERROR;
                default -> ExitCode.REJECTED;
            };
        }
    }

    private NotaryCollection collection(NotaryClient client) throws NotaryException {
        if (offline) {
            return allowExpired ? client.offlineAllowingExpired() : client.offline();
        }
        return allowExpired ? client.updateAllowingExpired() : client.update();
    }
}
