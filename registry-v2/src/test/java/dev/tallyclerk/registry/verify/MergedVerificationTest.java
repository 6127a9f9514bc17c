package dev.tallyclerk.registry.verify;

import static dev.tallyclerk.registry.verify.InMemoryImage.gzip;
import static dev.tallyclerk.registry.verify.InMemoryImage.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.filesystem.ImageFile;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.filesystem.MergeOptions;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.verify.ContentResult.Reason;
import dev.tallyclerk.registry.verify.ImageVerification.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The merged file system is part of the verdict, whether layers are read one by one or several at a time. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class MergedVerificationTest {
    private static final String GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";

    private final ExecutorService threads = Executors.newFixedThreadPool(3);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private static InMemoryImage image(TestTar... layers) throws IOException {
        InMemoryImage image = new InMemoryImage();
        for (TestTar layer : layers) {
            byte[] content = layer.finish();
            image.layer(GZIP, gzip(content), content);
        }
        return image.assemble();
    }

    private ImageVerifier verifier(int parallel) {
        ImageVerifier verifier = ImageVerifier.create();
        return parallel == 1 ? verifier : verifier.withExecutor(threads, parallel);
    }

    private static List<String> paths(ImageFileSystem files) {
        return files.walk().map(ImageFile::path).toList();
    }

    /** Fails if an image is not rejected for the files of one layer, or for another reason. */
    private void assertRefused(int position, String reason, TestTar... layers) throws IOException {
        for (int parallel : new int[] {1, 3}) {
            ImageVerification verification = verifier(parallel).verify(image(layers));
            assertEquals(Verdict.FAILED, verification.verdict());
            assertEquals(1, verification.problems().size());
            ContentCheck problem = verification.problems().get(0);
            assertEquals(position, problem.position());
            assertTrue(
                    problem.result() instanceof ContentResult.Failed failed
                            && failed.reason() == Reason.AMBIGUOUS_FILES
                            && failed.message().startsWith(reason + ": "),
                    problem.toString());
            assertTrue(verification.files().isEmpty());
        }
    }

    @Test
    void rejectsWhatFilesAndExtractRefuse() throws IOException {
        TestTar lower = new TestTar().directory("d").file("d/x", "1");
        assertRefused(0, "OUTSIDE_ROOT", new TestTar().file("../x", ""));
        assertRefused(1, "OUTSIDE_ROOT", lower, new TestTar().file("a/../../x", ""));
        assertRefused(0, "OUTSIDE_ROOT", new TestTar().hardLink("x", "../../etc/passwd"));
        assertRefused(0, "ROOT_NOT_A_DIRECTORY", new TestTar().symbolicLink(".", "/etc"));
        assertRefused(
                0,
                "THROUGH_SYMBOLIC_LINK",
                new TestTar().symbolicLink("a", "/nowhere").file("a/x", ""));
        assertRefused(
                1, "AMBIGUOUS_WHITEOUT", lower, new TestTar().file("d/y", "").whiteout("d/.wh.y"));
        assertRefused(0, "LINK_TARGET_MISSING", new TestTar().hardLink("x", "missing"));
        assertRefused(1, "PARENT_NOT_A_DIRECTORY", lower, new TestTar().file("d/x/y", ""));
        assertRefused(
                1,
                "OVERLAY_MARK",
                lower,
                new TestTar()
                        .pax('x', TestTar.record("SCHILY.xattr.trusted.overlay.opaque", "y"))
                        .directory("d"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void handsTheMergedFilesOn(int parallel) throws IOException {
        TestTar again = new TestTar().file("usr/bin/b", "b");
        ImageVerification verification = verifier(parallel)
                .verify(image(
                        new TestTar()
                                .directory("usr/bin")
                                .symbolicLink("bin", "usr/bin")
                                .file("old", ""),
                        again,
                        new TestTar().file("bin/a", "").whiteout(".wh.old"),
                        again));
        assertEquals(List.of(), verification.problems());
        ImageFileSystem files = verification.files().orElseThrow();
        assertEquals(List.of("bin", "usr", "usr/bin", "usr/bin/a", "usr/bin/b"), paths(files));
        assertEquals(3, files.file("usr/bin/b").orElseThrow().origin().index());
        assertEquals(2, files.file("usr/bin/a").orElseThrow().origin().index());
    }

    @Test
    void isIncompleteOverTheLimitOfTheMerge() throws IOException {
        TestTar many = new TestTar();
        for (int i = 0; i < 100; i++) {
            many.file("f" + i, "");
        }
        for (int parallel : new int[] {1, 3}) {
            ImageVerification verification = verifier(parallel)
                    .withMergeOptions(MergeOptions.defaults().withMaxEntries(50))
                    .verify(image(new TestTar().file("a", ""), many, new TestTar().file("z", "")));
            assertEquals(Verdict.INCOMPLETE, verification.verdict());
            assertEquals(1, verification.problems().size());
            assertEquals(1, verification.problems().get(0).position());
            assertTrue(
                    verification.problems().get(0).result() instanceof ContentResult.Unverifiable unknown
                            && unknown.reason() == Reason.LIMIT_EXCEEDED
                            && unknown.message().contains("more than 50 entries"),
                    verification.problems().toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/octet-stream", "application/vnd.oci.image.layer.v1.TAR", "application/vnd.x.y"})
    void aLayerOfAnUnknownTypeIsNeverVerified(String mediaType) throws IOException {
        byte[] content = new TestTar().file("a", "").finish();
        ImageVerification verification = ImageVerifier.create()
                .verify(new InMemoryImage().layer(mediaType, content, content).assemble());
        assertEquals(Verdict.INCOMPLETE, verification.verdict());
        assertTrue(
                verification.problems().get(0).result() instanceof ContentResult.Unverifiable unknown
                        && unknown.message().contains(mediaType),
                verification.problems().toString());
    }

    /** Each read waits for another one, so that one thread alone would never end. */
    @Test
    void readsSeveralLayersAtATimeAndReportsThemInOrder() throws IOException {
        CyclicBarrier both = new CyclicBarrier(2);
        AtomicInteger inside = new AtomicInteger();
        AtomicBoolean overlapped = new AtomicBoolean();
        List<Integer> reported = new ArrayList<>();
        InMemoryImage image = image(
                new TestTar().file("a", "1"),
                new TestTar().file("b", "2"),
                new TestTar().file("c", "3"),
                new TestTar().file("d", "4"));
        AtomicInteger opened = new AtomicInteger();
        image.onOpen(blob -> {
            // The first one is the configuration.
            if (opened.getAndIncrement() > 0) {
                try {
                    both.await(60, TimeUnit.SECONDS);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        });
        ImageVerification verification = verifier(2)
                .withListener(new VerificationListener() {
                    @Override
                    public void progressed(Descriptor content, long bytes) {
                        overlapped.compareAndSet(false, inside.incrementAndGet() > 1);
                        inside.decrementAndGet();
                    }

                    @Override
                    public void checked(ContentCheck check) {
                        overlapped.compareAndSet(false, inside.incrementAndGet() > 1);
                        inside.decrementAndGet();
                        if (check.kind() == ContentCheck.Kind.LAYER) {
                            reported.add(check.position());
                        }
                    }
                })
                .verify(image);
        assertEquals(Verdict.VERIFIED, verification.verdict());
        assertEquals(List.of(0, 1, 2, 3), reported);
        assertFalse(overlapped.get());
    }

    @Test
    void anExecutorThatRejectsMakesItSlowerAndNothingElse() throws IOException {
        ImageVerification verification = ImageVerifier.create()
                .withExecutor(
                        task -> {
                            throw new RejectedExecutionException();
                        },
                        4)
                .verify(image(new TestTar().file("a", "1"), new TestTar().file("b", "2")));
        assertEquals(Verdict.VERIFIED, verification.verdict());
        assertThrows(IllegalArgumentException.class, () -> verifier(2).withExecutor(threads, 0));
    }

    @Test
    void asksForAThreadToHashForEachLayerAndNeedsNone() throws IOException {
        List<Runnable> tasks = new ArrayList<>();
        InMemoryImage image =
                image(new TestTar().file("a", "1"), new TestTar().file("b", "2"), new TestTar().file("c", "3"));
        assertEquals(
                Verdict.VERIFIED,
                ImageVerifier.create().withExecutor(tasks::add, 2).verify(image).verdict());
        assertEquals(1 + 3, tasks.size());
        tasks.forEach(Runnable::run);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aSourceThatFailsEndsTheVerification(int parallel) throws IOException {
        InMemoryImage image =
                image(new TestTar().file("a", "1"), new TestTar().file("b", "2"), new TestTar().file("c", "3"));
        UncheckedIOException broken = new UncheckedIOException(new IOException("broken"));
        Digest second = Digest.sha256Of(gzip(new TestTar().file("b", "2").finish()));
        image.onOpen(blob -> {
            if (blob.equals(second)) {
                throw broken;
            }
        });
        assertSame(
                broken,
                assertThrows(
                        UncheckedIOException.class, () -> verifier(parallel).verify(image)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aWrongLayerIsNotMerged(int parallel) throws IOException {
        byte[] content = new TestTar().file("b", "2").finish();
        InMemoryImage image = image(new TestTar().file("a", "1"), new TestTar().file("b", "2"));
        image.blob(Digest.sha256Of(gzip(content)), utf8("other"));
        ImageVerification verification = verifier(parallel).verify(image);
        assertEquals(Verdict.FAILED, verification.verdict());
        assertTrue(verification.files().isEmpty());
    }
}
