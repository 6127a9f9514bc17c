import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import javax.inject.Named;
import javax.inject.Singleton;
import org.apache.maven.eventspy.AbstractEventSpy;
import org.apache.maven.execution.ExecutionEvent;

/** Prints the CPU time of the process in each goal of the plugin, from before its classes are loaded. */
@Named
@Singleton
public final class GoalCost extends AbstractEventSpy {
    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private long start;

    @Override
    public void onEvent(Object event) {
        if (!(event instanceof ExecutionEvent)) {
            return;
        }
        ExecutionEvent execution = (ExecutionEvent) event;
        if (execution.getMojoExecution() == null
                || !execution.getMojoExecution().getArtifactId().equals("tallyclerk-maven-plugin")) {
            return;
        }
        if (execution.getType() == ExecutionEvent.Type.MojoStarted) {
            start = system.getProcessCpuTime();
        } else {
            System.out.println("CPU " + (system.getProcessCpuTime() - start) / 1_000_000 + " ms");
        }
    }
}
