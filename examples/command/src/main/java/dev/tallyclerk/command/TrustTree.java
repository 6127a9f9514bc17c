package dev.tallyclerk.command;

import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.AttachedManifest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.registry.attachment.AttachmentTree;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is attached to an image and to the images of an index. The JSON, where members are only added:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.trust-tree", "schemaVersion": 1, "image": TEXT, "trees": [TREE...]}
 *
 * TREE: {"digest": DIGEST, "attached": [{"place": Attachment.Place, "origin": TEXT, "digest": DIGEST, "size": BYTES,
 *        "listedType"?: TEXT, "artifactType"?: TEXT, "configType"?: TEXT, "annotations"?: {TEXT...},
 *        "layers"?: [{"mediaType": TEXT, "digest": DIGEST, "size": BYTES, "annotations": {TEXT...}}...],
 *        "reason"?: EvidenceException.Reason, "message"?: TEXT, "below": TREE}...],
 *        "notes": [TEXT of what is missing and why...]}
 * }</pre>
 *
 * @param image the name of the image
 * @param trees the tree of the image first, then those of the images of an index
 */
record TrustTree(String image, List<AttachmentTree> trees) {
    private static final String SCHEMA = "dev.tallyclerk.trust-tree";
    private static final int SCHEMA_VERSION = 1;
    private static final int SHOWN = 10;
    private static final int SHOWN_CHARACTERS = 100;

    TrustTree {
        trees = List.copyOf(trees);
    }

    /** A line, and the lines below it. */
    private record Node(String text, List<Node> below) {
        static Node of(String text) {
            return new Node(text, List.of());
        }
    }

    void write(PrintStream out, boolean unicode) {
        out.println(Quoted.printable(image));
        print(trees.stream().map(TrustTree::node).toList(), "", out, unicode);
        out.flush();
    }

    private static void print(List<Node> nodes, String indent, PrintStream out, boolean unicode) {
        for (int i = 0; i < nodes.size(); i++) {
            boolean last = i == nodes.size() - 1;
            String branch = unicode ? last ? "└── " : "├── " : last ? "`-- " : "|-- ";
            out.println(indent + branch + Quoted.printable(nodes.get(i).text()));
            print(nodes.get(i).below(), indent + (last ? "    " : unicode ? "│   " : "|   "), out, unicode);
        }
    }

    private static Node node(AttachmentTree tree) {
        List<Node> below = below(tree);
        return new Node(tree.digest().toString(), below.isEmpty() ? List.of(Node.of("nothing is attached")) : below);
    }

    private static List<Node> below(AttachmentTree tree) {
        List<Node> below = new ArrayList<>();
        tree.branches().forEach(branch -> below.add(node(branch)));
        tree.notes().forEach(note -> below.add(Node.of("note: " + note)));
        return below;
    }

    private static Node node(AttachmentTree.Branch branch) {
        Attachment attachment = branch.attachment();
        List<Node> below = new ArrayList<>();
        String type = attachment.listedType();
        if (branch.manifest().isPresent()) {
            AttachedManifest manifest = branch.manifest().get();
            type = manifest.artifactType().isEmpty() ? manifest.configType() : manifest.artifactType();
            hints(manifest.annotations(), below);
            manifest.blobs().stream().limit(SHOWN).forEach(blob -> below.add(node(blob)));
            if (manifest.blobs().size() > SHOWN) {
                below.add(Node.of("and " + (manifest.blobs().size() - SHOWN) + " more layers"));
            }
        }
        branch.problem().ifPresent(problem -> below.add(Node.of(problem.reason() + ": " + problem.getMessage())));
        below.addAll(below(branch.below()));
        return new Node(
                place(attachment) + "  " + attachment.digest() + "  " + Sizes.of(attachment.size()) + "  "
                        + Quoted.printable(type),
                below);
    }

    private static String place(Attachment attachment) {
        return switch (attachment.place()) {
            case REFERRERS -> "referrer";
            case SIGNATURE_TAG -> "tag .sig";
            case ATTESTATION_TAG -> "tag .att";
            case SBOM_TAG -> "tag .sbom";
            case OWN_TAG -> "tag";
        };
    }

    private static Node node(AttachedBlob blob) {
        List<Node> below = new ArrayList<>();
        hints(blob.annotations(), below);
        return new Node("layer  " + blob.digest() + "  " + Sizes.of(blob.size()) + "  " + blob.mediaType(), below);
    }

    private static void hints(Map<String, String> annotations, List<Node> below) {
        annotations.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .limit(SHOWN)
                .forEach(annotation -> below.add(Node.of(Quoted.quote(annotation.getKey(), SHOWN_CHARACTERS) + ": "
                        + Quoted.quote(annotation.getValue(), SHOWN_CHARACTERS))));
        if (annotations.size() > SHOWN) {
            below.add(Node.of("and " + (annotations.size() - SHOWN) + " more annotations"));
        }
    }

    void writeJson(OutputStream out) throws IOException {
        JsonOutput json = new JsonOutput(out);
        json.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        json.member("image", image).name("trees").beginArray();
        for (AttachmentTree tree : trees) {
            write(tree, json);
        }
        json.endArray().endObject().finish();
    }

    private static void write(AttachmentTree tree, JsonOutput json) throws IOException {
        json.beginObject().member("digest", tree.digest().toString());
        json.name("attached").beginArray();
        for (AttachmentTree.Branch branch : tree.branches()) {
            write(branch, json);
        }
        json.endArray().name("notes").beginArray();
        for (String note : tree.notes()) {
            json.value(note);
        }
        json.endArray().endObject();
    }

    private static void write(AttachmentTree.Branch branch, JsonOutput json) throws IOException {
        Attachment attachment = branch.attachment();
        json.beginObject().member("place", attachment.place().name());
        json.member("origin", attachment.origin());
        json.member("digest", attachment.digest().toString()).member("size", attachment.size());
        member("listedType", attachment.listedType(), json);
        if (branch.manifest().isPresent()) {
            AttachedManifest manifest = branch.manifest().get();
            member("artifactType", manifest.artifactType(), json);
            member("configType", manifest.configType(), json);
            annotations(manifest.annotations(), json);
            json.name("layers").beginArray();
            for (AttachedBlob blob : manifest.blobs()) {
                json.beginObject().member("mediaType", blob.mediaType());
                json.member("digest", blob.digest().toString()).member("size", blob.size());
                annotations(blob.annotations(), json);
                json.endObject();
            }
            json.endArray();
        }
        if (branch.problem().isPresent()) {
            json.member("reason", branch.problem().get().reason().name());
            json.member("message", String.valueOf(branch.problem().get().getMessage()));
        }
        json.name("below");
        write(branch.below(), json);
        json.endObject();
    }

    private static void member(String name, String value, JsonOutput json) throws IOException {
        if (!value.isEmpty()) {
            json.member(name, value);
        }
    }

    private static void annotations(Map<String, String> annotations, JsonOutput json) throws IOException {
        json.name("annotations").beginObject();
        List<String> names = annotations.keySet().stream().sorted().toList();
        for (String name : names) {
            json.member(name, annotations.getOrDefault(name, ""));
        }
        json.endObject();
    }
}
