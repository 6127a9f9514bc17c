package dev.tallyclerk.command;

import dev.tallyclerk.command.TufInspection.InspectedBins;
import dev.tallyclerk.command.TufInspection.InspectedFile;
import dev.tallyclerk.command.TufInspection.InspectedRole;
import dev.tallyclerk.command.TufInspection.Verdict;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.key.DeclaredKey;
import dev.tallyclerk.trust.tuf.UnverifiedMetadata;
import dev.tallyclerk.trust.tuf.metadata.Delegations;
import dev.tallyclerk.trust.tuf.metadata.PathSelector;
import dev.tallyclerk.trust.tuf.metadata.RoleKeys;
import dev.tallyclerk.trust.tuf.metadata.Root;
import dev.tallyclerk.trust.tuf.metadata.Snapshot;
import dev.tallyclerk.trust.tuf.metadata.Targets;
import dev.tallyclerk.trust.tuf.metadata.Timestamp;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes an inspection as a tree of files, their contents, and the roles they delegate to. */
final class TufTree {
    private static final int SHOWN_PATHS = 10;
    private static final int SHOWN_ID = 16;

    private final PrintStream out;
    private final TufInspection inspection;
    private final boolean unicode;

    private TufTree(PrintStream out, TufInspection inspection, boolean unicode) {
        this.out = out;
        this.inspection = inspection;
        this.unicode = unicode;
    }

    /** A line, and the lines below it. */
    private record Node(String text, List<Node> below) {
        static Node of(String text) {
            return new Node(text, List.of());
        }
    }

    static void write(TufInspection inspection, PrintStream out, boolean unicode) {
        TufTree tree = new TufTree(out, inspection, unicode);
        List<Node> files = new ArrayList<>(List.of(Node.of("the first root is " + inspection.anchor())));
        inspection.files().forEach(file -> files.add(tree.file(file)));
        out.println(Quoted.printable(inspection.place()));
        tree.print(files, "");
        out.flush();
    }

    private void print(List<Node> nodes, String indent) {
        for (int i = 0; i < nodes.size(); i++) {
            boolean last = i == nodes.size() - 1;
            String branch = unicode ? last ? "└── " : "├── " : last ? "`-- " : "|-- ";
            out.println(indent + branch + nodes.get(i).text());
            print(nodes.get(i).below(), indent + (last ? "    " : unicode ? "│   " : "|   "));
        }
    }

    private Node file(InspectedFile file) {
        List<Node> below = new ArrayList<>();
        below.add(Node.of(verdict(file.verdict()) + ": " + Quoted.printable(file.why())));
        UnverifiedMetadata content = file.content();
        String title = file.verdict() == Verdict.MISSING
                ? "no " + Quoted.printable(file.name())
                : Quoted.printable(file.name());
        if (content == null) {
            return new Node(title, below);
        }
        String expires = (inspection.isExpired(content) ? "EXPIRED since " : "valid until ")
                + content.content().expires();
        if (!file.repeated()) {
            below.add(Node.of("has signatures by " + ids(content.keyIds())));
            addContent(content, below);
        }
        file.delegations().forEach(role -> below.add(role(role)));
        if (file.bins() != null) {
            below.add(bins(file.bins()));
        }
        return new Node(title + ": version " + content.content().version() + ", " + expires, below);
    }

    private static String verdict(Verdict verdict) {
        return switch (verdict) {
            case VERIFIED -> "VERIFIED";
            case REFUSED -> "REFUSED";
            case NOT_VERIFIED -> "NOT VERIFIED";
            case MISSING -> "MISSING";
        };
    }

    private static void addContent(UnverifiedMetadata file, List<Node> below) {
        if (file.content() instanceof Root root) {
            below.add(Node.of(root.consistentSnapshot() ? "consistent snapshots" : "no consistent snapshots"));
            for (TopLevelRole role : TopLevelRole.values()) {
                below.add(signers("role " + role.roleName(), root.keysOf(role), root.keys()));
            }
        } else if (file.content() instanceof Timestamp timestamp) {
            below.add(Node.of("lists snapshot.json " + timestamp.snapshot().version()));
        } else if (file.content() instanceof Snapshot snapshot) {
            below.add(Node.of("lists " + count(snapshot.meta().size(), "file")));
        } else if (file.content() instanceof Targets targets) {
            below.add(Node.of("lists " + count(targets.targets().size(), "target")));
            Map<String, DeclaredKey> keys =
                    targets.delegations().fold(Map::of, Delegations.Listed::keys, Delegations.Succinct::keys);
            if (!keys.isEmpty()) {
                below.add(new Node(
                        "declares " + count(keys.size(), "key") + " for its delegations",
                        keys.values().stream()
                                .map(TufTree::key)
                                .sorted(Comparator.comparing(Node::text))
                                .toList()));
            }
        }
    }

    private static Node signers(String title, RoleKeys signers, Map<String, DeclaredKey> keys) {
        List<Node> below = new ArrayList<>();
        for (String id : signers.keyIds()) {
            DeclaredKey key = keys.get(id);
            below.add(key == null ? Node.of("key " + id(id) + ": not declared") : key(key));
        }
        return new Node(title + ": " + threshold(signers), below);
    }

    private static Node key(DeclaredKey key) {
        String what = key.fold(usable -> usable.scheme().schemeName(), unusable -> "UNUSABLE, " + unusable);
        return Node.of("key " + id(key.keyId()) + ": " + what);
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String threshold(RoleKeys signers) {
        return signers.threshold() + " of " + count(signers.keyIds().size(), "key");
    }

    private Node role(InspectedRole role) {
        List<Node> below = new ArrayList<>();
        below.add(Node.of(paths(role.paths())));
        below.add(Node.of("keys " + ids(role.keys().keyIds())));
        below.add(file(role.file()));
        return new Node(
                "delegates to " + Quoted.quote(role.name()) + ": " + threshold(role.keys())
                        + (role.terminating() ? ", terminating" : ""),
                below);
    }

    private Node bins(InspectedBins bins) {
        List<Node> below = new ArrayList<>();
        below.add(Node.of("keys " + ids(bins.keys().keyIds())));
        below.add(Node.of("the snapshot lists " + bins.listed() + " of them; "
                + bins.files().size() + " are in this folder"));
        bins.files().stream()
                .filter(file -> file.verdict() == Verdict.VERIFIED)
                .findFirst()
                .ifPresent(first -> {
                    long verified = bins.files().stream()
                            .filter(file -> file.verdict() == Verdict.VERIFIED)
                            .count();
                    below.add(Node.of("VERIFIED: " + verified + " of these, " + first.why()));
                });
        bins.files().stream()
                .filter(file -> file.verdict() != Verdict.VERIFIED)
                .limit(SHOWN_PATHS)
                .forEach(file -> below.add(file(file)));
        return new Node(
                "delegates to " + (1L << bins.bitLength()) + " hash bins " + Quoted.quote(bins.namePrefix() + "-…")
                        + ": " + threshold(bins.keys()),
                below);
    }

    private static String paths(PathSelector paths) {
        return paths.fold(
                patterns -> patterns.isEmpty() ? "no paths" : "paths " + list(patterns),
                prefixes -> "paths whose hash begins with " + list(prefixes));
    }

    private static String list(List<String> texts) {
        String shown = texts.stream().limit(SHOWN_PATHS).map(Quoted::quote).collect(Collectors.joining(", "));
        return texts.size() > SHOWN_PATHS ? shown + " and " + (texts.size() - SHOWN_PATHS) + " more" : shown;
    }

    private static String ids(List<String> keyIds) {
        return keyIds.isEmpty()
                ? "nobody"
                : keyIds.stream().limit(SHOWN_PATHS).map(TufTree::id).collect(Collectors.joining(", "))
                        + (keyIds.size() > SHOWN_PATHS ? " and " + (keyIds.size() - SHOWN_PATHS) + " more" : "");
    }

    private static String id(String keyId) {
        return Quoted.printable(keyId.length() > SHOWN_ID ? keyId.substring(0, SHOWN_ID) + "…" : keyId);
    }
}
