package dev.tallyclerk.maven;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.Test;

class ProblemsTest {
    private final Problems problems = new Problems();

    @Test
    void aBuildWithoutProblemsSucceeds() {
        assertDoesNotThrow(problems::raise);
    }

    @Test
    void whatIsNotAcceptedFailsTheBuild() {
        problems.notAccepted("app: REJECTED");
        assertEquals(
                "app: REJECTED",
                assertThrows(MojoFailureException.class, problems::raise).getMessage());
    }

    @Test
    void whatCannotBeDecidedOnIsAnErrorWithALineForEverything() {
        IOException first = new IOException("no such folder");
        problems.notAccepted("app: REJECTED");
        problems.undecided("base", first);
        problems.undecided("other", new IOException("no\nnetwork"));
        MojoExecutionException error = assertThrows(MojoExecutionException.class, problems::raise);
        assertSame(first, error.getCause());
        assertEquals(3, String.valueOf(error.getMessage()).lines().count());
    }
}
