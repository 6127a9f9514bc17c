package dev.tallyclerk.hardening.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Baseline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class BaselineReaderTest {
    private static final AuditReport REPORT = Samples.full();

    private static Baseline read(String json) throws BaselineException {
        return BaselineReader.create().read(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsWhatIsInTheReport() throws IOException, BaselineException {
        assertEquals(Baseline.of(REPORT), read(Samples.write(JsonReporter.create(), REPORT)));
        assertEquals(
                Baseline.of(REPORT), read(Samples.write(JsonReporter.create().withIndentation(false), REPORT)));
    }

    @Test
    void leavesOutWhatALaterVersionMayHaveAdded() throws IOException, BaselineException {
        String later = Samples.write(JsonReporter.create().withIndentation(false), REPORT)
                .replace("\"verdict\":\"FAIL\"", "\"verdict\":\"LIKELY\"");
        assertEquals(4, read(later).size(), "what is unknown and manual, on two subjects");
    }

    @Test
    void refusesWhatIsNoReport() throws IOException {
        String report = Samples.write(JsonReporter.create().withIndentation(false), REPORT);
        for (String broken : List.of(
                "",
                "[]",
                "{}",
                report.replace("dev.tallyclerk.audit-report", "dev.tallyclerk.verify-report"),
                report.replace("\"schemaVersion\":1", "\"schemaVersion\":2"),
                report.replace("\"fingerprint\":\"", "\"fingerprint\":\"x"),
                report.replace("\"disposition\"", "\"position\""))) {
            BaselineException e = assertThrows(BaselineException.class, () -> read(broken));
            assertEquals(BaselineException.Reason.NOT_A_REPORT, e.reason());
        }
    }

    @Test
    void refusesAReportThatIsTooLong() throws IOException {
        byte[] report = Samples.write(JsonReporter.create().withIndentation(false), REPORT)
                .getBytes(StandardCharsets.UTF_8);
        BaselineReader small = BaselineReader.create().withMaxBytes(report.length - 1);
        assertEquals(
                BaselineException.Reason.LIMIT_EXCEEDED,
                assertThrows(BaselineException.class, () -> small.read(report)).reason());
        assertThrows(IllegalArgumentException.class, () -> small.withMaxBytes(0));
    }
}
