package dev.tallyclerk.engine;

import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import java.io.IOException;
import java.nio.file.Path;
import okhttp3.OkHttpClient;

/** Audits an engine in a process of its own; prints the number of subjects and findings. */
final class ManyContainers {
    private ManyContainers() {}

    /** Takes the address of the engine, and a folder for a recording. */
    public static void main(String... arguments) throws IOException {
        OkHttpTransport transport = OkHttpTransport.of(new OkHttpClient());
        EngineAddress address = EngineAddress.parse(arguments[0]);
        AuditReport report = LiveEngineTest.audit(LiveEngine.connect(address, transport));
        System.out.println(report.subjects().size() + " " + report.findings().size());
        EngineRecorder.create().record(LiveEngine.connect(address, transport), Path.of(arguments[1]));
    }
}
