package dev.tallyclerk.hardening.host;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.Severity;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Owners and modes of the engine's files. */
final class FileRules {
    private static final String ROOT = "root";

    /** A file and the rules on its owner and its mode, with their sections in the benchmark. */
    private record Row(
            Place place,
            String file,
            String owner,
            String ownerSection,
            int mode,
            String modeId,
            String modeSection,
            String why) {}

    private static final List<Row> ROWS = List.of(
            new Row(Place.SERVICE, "the engine's service unit", "HST-001", "3.1", 0644, "HST-002", "3.2", """
                    The unit is what systemd runs as root. Drop-ins and Podman's unit count too.\
                    """),
            new Row(Place.SOCKET_UNIT, "the engine's socket unit", "HST-003", "3.3", 0644, "HST-004", "3.4", """
                    The unit decides where the socket of the API is and whose it is. Drop-ins and Podman's unit count
                    too.\
                    """),
            new Row(
                    Place.CONFIGURATION_FOLDER,
                    "the engine's configuration folder",
                    "HST-005",
                    "3.5",
                    0755,
                    "HST-006",
                    "3.6",
                    """
                    A user who can write there can replace the configuration of the engine, which runs as root. On
                    Podman's hosts it is /etc/containers.\
                    """),
            new Row(
                    Place.REGISTRY_CERTIFICATES,
                    "a certificate for a registry",
                    "HST-007",
                    "3.7",
                    0444,
                    "HST-008",
                    "3.8",
                    """
                    The engine trusts a registry that these certificates vouch for. They are the files *.crt below
                    /etc/docker/certs.d and /etc/containers/certs.d.\
                    """),
            new Row(Place.TLS_AUTHORITY, "the API's CA certificate", "HST-009", "3.9", 0444, "HST-010", "3.10", """
                    The authority decides which clients of the API the engine believes, and they are root on the host.\
                    """),
            new Row(Place.TLS_CERTIFICATE, "the API's certificate", "HST-011", "3.11", 0444, "HST-012", "3.12", """
                    A user who can replace the certificate can pose as the engine to its clients.\
                    """),
            new Row(Place.TLS_KEY, "the API's private key", "HST-013", "3.13", 0400, "HST-014", "3.14", """
                    A user who can read the key can pose as the engine, and read what its clients send.\
                    """),
            new Row(Place.ENGINE_SOCKET, "the engine's socket", "HST-015", "3.15", 0660, "HST-016", "3.16", """
                    A user who can write to the socket is root on the host: a container may mount every file.\
                    """),
            new Row(Place.CONFIGURATION, "the engine's configuration", "HST-017", "3.17", 0644, "HST-018", "3.18", """
                    A user who can write the file can make the engine listen on the network or run another runtime as
                    root. On Podman's hosts these are containers.conf, storage.conf, registries.conf and policy.json.\
                    """),
            new Row(
                    Place.DEFAULT_FILE,
                    "the engine's file in /etc/default",
                    "HST-019",
                    "3.19",
                    0644,
                    "HST-020",
                    "3.20",
                    """
                    The file has flags of the engine, which runs as root.\
                    """),
            new Row(
                    Place.SYSCONFIG_FILE,
                    "the engine's file in /etc/sysconfig",
                    "HST-021",
                    "3.22",
                    0644,
                    "HST-022",
                    "3.21",
                    """
                    The file has flags of the engine, which runs as root.\
                    """),
            new Row(Place.CONTAINERD_SOCKET, "containerd's socket", "HST-023", "3.23", 0660, "HST-024", "3.24", """
                    A user who can write to the socket can start a container with every right, past the engine.\
                    """));

    private FileRules() {}

    static List<Rule<HostSubject>> all() {
        return ROWS.stream().flatMap(row -> Stream.of(owner(row), mode(row))).toList();
    }

    private static RuleInfo.Builder head(String id, String section, String title, String why, String remedy) {
        return info(id, Severity.HIGH, Profile.L1, section, "4.5.5", title + "\n" + why + " Remedy: " + remedy);
    }

    private static Rule<HostSubject> owner(Row row) {
        boolean isSocket = row.place() == Place.ENGINE_SOCKET;
        String wanted = isSocket ? "root:docker" : "root:root";
        RuleInfo info = head(
                        row.owner(),
                        row.ownerSection(),
                        "Owner of " + row.file() + " is not " + wanted,
                        row.why(),
                        "chown " + wanted + " FILE.")
                .build();
        return Rule.of(
                info,
                HostSubject.class,
                (host, context) -> host.placed(row.place()).each(file -> owner(host, file, isSocket)));
    }

    private static Outcome owner(HostSubject host, HostFile file, boolean isSocket) {
        // Podman's socket has no group of its own.
        boolean isOfEngine = isSocket && !file.target().contains("podman");
        Fact<String> group = isOfEngine ? group(host) : Fact.known(ROOT, file.at());
        return group.decide(name -> {
            Fact<Boolean> isUser = Accounts.isOwnedByRoot(file);
            Fact<Boolean> isGroup = host.accounts().isGroup(file, name);
            String message = "the owner is not root:" + name;
            Evidence owner = Evidence.of("owner", shown(file));
            return Outcome.allOf(
                    isUser.decide(isRoot -> Outcome.failIf(!isRoot, file.at(), message, owner)),
                    isGroup.decide(isIn -> Outcome.failIf(!isIn, file.at(), message, owner)));
        });
    }

    private static Fact<String> group(HostSubject host) {
        Fact<String> configured = host.engineGroup();
        // The default does not depend on a configuration that may not be read.
        return configured instanceof Fact.Missing<String> missing
                        && missing.reason() != MissingValue.Reason.UNRESOLVED_VARIABLE
                ? Fact.defaulted("docker", "dockerd's default", new Location.Whole("dockerd --group"))
                : configured.map(name -> name.isEmpty() ? ROOT : name);
    }

    private static String shown(HostFile file) {
        HostEntry entry = file.entry();
        String user = entry.user().orElseGet(() -> number(entry.uid()));
        return user + ":" + entry.group().orElseGet(() -> number(entry.gid()));
    }

    private static String number(OptionalLong id) {
        return id.isPresent() ? Long.toString(id.getAsLong()) : "?";
    }

    private static Rule<HostSubject> mode(Row row) {
        RuleInfo info = head(
                        row.modeId(),
                        row.modeSection(),
                        "Mode of " + row.file() + " is wider than " + octal(row.mode()),
                        row.why(),
                        "chmod " + octal(row.mode()) + " FILE.")
                .build();
        return Rule.of(
                info,
                HostSubject.class,
                (host, context) -> host.placed(row.place()).each(file -> mode(file, row.mode())));
    }

    private static Outcome mode(HostFile file, int allowed) {
        OptionalInt mode = file.entry().mode();
        if (mode.isEmpty()) {
            return Outcome.unknown(
                    new MissingValue(MissingValue.Reason.KEY_MISSING, "the mode of " + file.shown() + " is not known")
                            .withLocation(file.at()));
        }
        return Outcome.failIf(
                (mode.getAsInt() & ~allowed) != 0,
                file.at(),
                "the mode is wider than " + octal(allowed),
                Evidence.of("mode", octal(mode.getAsInt())));
    }

    private static String octal(int mode) {
        return Integer.toOctalString(mode);
    }
}
