Console.WriteLine("Edge Gateway");
