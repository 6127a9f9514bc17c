package dev.tallyclerk.registry.attachment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachedBlob;
import dev.tallyclerk.evidence.AttachedManifest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.evidence.Attachments;
import dev.tallyclerk.evidence.EvidenceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttachmentTreeTest {
    private static final Digest IMAGE = digest("image");

    private static Digest digest(String text) {
        return Digest.sha256Of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** An artifact that claims a subject, with annotations of so many characters. */
    private record Claim(Place place, Digest digest, Optional<Digest> subject, int characters) implements Attachment {
        @Override
        public long size() {
            return 1;
        }

        @Override
        public String listedType() {
            return "";
        }

        @Override
        public String origin() {
            return "a test";
        }

        @Override
        public AttachedManifest manifest() {
            return new AttachedManifest("", "", subject, Map.of("a", "x".repeat(characters)), List.of());
        }

        @Override
        public byte[] read(AttachedBlob blob) {
            return new byte[0];
        }
    }

    private static Claim referrer(Digest digest, Digest subject) {
        return new Claim(Attachment.Place.REFERRERS, digest, Optional.of(subject), 1);
    }

    private static AttachmentSource source(Map<Digest, List<Attachment>> attached) {
        return subject -> new Attachments(attached.getOrDefault(subject, List.of()), List.of());
    }

    @Test
    void artifactsHaveArtifactsBelowThem() throws IOException {
        AttachmentTree tree = AttachmentTree.of(
                source(Map.of(
                        IMAGE,
                        List.of(referrer(digest("a"), IMAGE), referrer(digest("b"), IMAGE)),
                        digest("b"),
                        List.of(referrer(digest("c"), digest("b"))))),
                IMAGE);
        assertEquals(2, tree.branches().size());
        AttachmentTree below = tree.branches().get(1).below();
        assertEquals(digest("b"), below.digest());
        assertEquals(digest("c"), below.branches().get(0).attachment().digest());
        assertEquals(List.of(), tree.notes());
    }

    /** Only a registry that lies can list such a circle; what is at the end of it says so too. */
    @Test
    void circlesEnd() throws IOException {
        AttachmentTree tree = AttachmentTree.of(
                source(Map.of(
                        IMAGE,
                        List.of(referrer(digest("a"), IMAGE), referrer(IMAGE, IMAGE)),
                        digest("a"),
                        List.of(referrer(digest("b"), digest("a"))),
                        digest("b"),
                        List.of(referrer(digest("a"), digest("b")), referrer(IMAGE, digest("b"))))),
                IMAGE);
        AttachmentTree b = tree.branches().get(0).below().branches().get(0).below();
        assertEquals(2, b.branches().size());
        assertEquals(List.of(), b.branches().get(0).below().branches());
        assertEquals(List.of(), b.branches().get(1).below().branches());
    }

    @Test
    void aReferrerHasToNameTheSubjectAndATagNeedNot() throws IOException {
        Claim tagged = new Claim(Attachment.Place.SIGNATURE_TAG, digest("s"), Optional.empty(), 1);
        Claim silent = new Claim(Attachment.Place.REFERRERS, digest("r"), Optional.empty(), 1);
        AttachmentTree tree = AttachmentTree.of(
                source(Map.of(
                        IMAGE,
                        List.of(tagged, silent, referrer(digest("o"), digest("other"))),
                        digest("o"),
                        List.of(referrer(digest("x"), digest("o"))))),
                IMAGE);
        assertTrue(tree.branches().get(0).problem().isEmpty());
        for (AttachmentTree.Branch branch : tree.branches().subList(1, 3)) {
            assertEquals(
                    EvidenceException.Reason.SUBJECT_MISMATCH,
                    branch.problem().orElseThrow().reason());
            assertEquals(List.of(), branch.below().branches());
        }
    }

    @Test
    void aChainWithoutEndIsCutOff() throws IOException {
        AttachmentSource endless =
                subject -> new Attachments(List.of(referrer(digest(subject.toString()), subject)), List.of());
        AttachmentTree tree = AttachmentTree.of(endless, IMAGE);
        int depth = 0;
        while (!tree.branches().isEmpty()) {
            tree = tree.branches().get(0).below();
            depth++;
        }
        assertEquals(AttachmentTree.MAX_DEPTH, depth);
        assertEquals(1, tree.notes().size());
    }

    @Test
    void treesOfTooManyOrTooLargeArtifactsAreCutOff() throws IOException {
        AttachmentSource many = subject -> new Attachments(
                IntStream.range(0, 100)
                        .<Attachment>mapToObj(i -> referrer(digest(subject + " " + i), subject))
                        .toList(),
                List.of());
        AttachmentTree tree = AttachmentTree.of(many, IMAGE);
        assertEquals(AttachmentTree.MAX_ARTIFACTS, count(tree));
        AttachmentSource large = source(Map.of(
                IMAGE,
                IntStream.range(0, 100)
                        .<Attachment>mapToObj(
                                i -> new Claim(Attachment.Place.REFERRERS, digest("" + i), Optional.of(IMAGE), 1 << 20))
                        .toList()));
        AttachmentTree heavy = AttachmentTree.of(large, IMAGE);
        assertTrue(heavy.branches().size() < 40, () -> "" + heavy.branches().size());
        assertEquals(1, heavy.notes().size());
    }

    private static int count(AttachmentTree tree) {
        int count = tree.branches().size();
        for (AttachmentTree.Branch branch : tree.branches()) {
            count += count(branch.below());
        }
        return count;
    }

    @Test
    void aSourceThatCannotBeReadIsAFailure() {
        IOException failure = new IOException("unreachable");
        AttachmentSource unreadable = subject -> {
            throw failure;
        };
        assertSame(failure, assertThrows(IOException.class, () -> AttachmentTree.of(unreadable, IMAGE)));
    }
}
