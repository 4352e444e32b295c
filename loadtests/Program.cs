Console.WriteLine("Edge Gateway load tests");
