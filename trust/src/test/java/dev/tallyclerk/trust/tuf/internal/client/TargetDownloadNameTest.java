package dev.tallyclerk.trust.tuf.internal.client;

import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.internal.file.DurableNames;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetDownloadNameTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void aNameThatCannotBeMadeDurableIsNotTakenForAFileThatIsNotThere() throws Exception {
        TargetInfo target = new TargetInfo("app", 0, List.of(), "targets", "");
        DurableNames names = DurableNames.of(folder);
        TufException e = refuses(Reason.STORE_FAILED, "targets", "5.7.3", () -> {
            TargetDownload.makeNameDurable(target, folder.resolve("gone"), names);
            return target;
        });
        assertTrue(String.valueOf(e.getMessage()).contains("is verified and there"), e.getMessage());
    }
}
