package io.corale.node.observe;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.RuntimeMXBean;
import java.util.concurrent.TimeUnit;

/** Reads the JVM and the process by the JDK's own beans. */
final class ProcessSampler implements Sampler {
  private static final double MILLIS = TimeUnit.SECONDS.toMillis(1);
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  @Override
  public void sample(Readings readings) {
    memory(readings, "heap", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage());
    memory(readings, "nonheap", ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage());
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      readings.add(Measure.BUFFERS, pool.getMemoryUsed(), pool.getName());
    }
    for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
      readings.add(Measure.COLLECTIONS, Math.max(0, each.getCollectionCount()), each.getName());
      readings.add(
          Measure.COLLECTION_SECONDS,
          Math.max(0, each.getCollectionTime()) / MILLIS,
          each.getName());
    }
    readings.add(Measure.THREADS, ManagementFactory.getThreadMXBean().getThreadCount());
    RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
    readings.add(Measure.STARTED, runtime.getStartTime() / MILLIS);
    readings.add(Measure.UPTIME, runtime.getUptime() / MILLIS);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      readings.add(Measure.OPEN_FILES, unix.getOpenFileDescriptorCount());
      readings.add(Measure.MAX_FILES, unix.getMaxFileDescriptorCount());
      readings.add(Measure.CPU, unix.getProcessCpuTime() / NANOS);
    }
  }

  private static void memory(Readings readings, String area, MemoryUsage usage) {
    readings.add(Measure.MEMORY_USED, usage.getUsed(), area);
    if (usage.getMax() >= 0) {
      readings.add(Measure.MEMORY_MAX, usage.getMax(), area);
    }
  }
}
