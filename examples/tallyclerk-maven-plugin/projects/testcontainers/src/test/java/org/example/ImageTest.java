package org.example;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.ImageNameSubstitutor;

/** Names an image as a container does when it starts, without Docker. */
class ImageTest {
    @Test
    void runsTheImageThatWasVerified() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        ImageNameSubstitutor substitutor = ImageNameSubstitutor.instance();
        DockerImageName named = DockerImageName.parse(System.getProperty("image"));
        long before = system.getProcessCpuTime();
        DockerImageName pinned = substitutor.apply(named);
        System.out.println("CPU " + (system.getProcessCpuTime() - before) / 1_000_000 + " ms");
        assertTrue(pinned.asCanonicalNameString().contains("@sha256:"), pinned.asCanonicalNameString());
    }
}
